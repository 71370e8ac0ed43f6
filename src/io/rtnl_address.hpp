#pragma once

#include <netlink/attr.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "vxtap/vtep_address.hpp"

namespace vxtap::io {

/// AF_INET or AF_INET6, in the width of rtnetlink's headers.
inline std::uint8_t family_of(const VtepAddress& address) {
  return address.is_v4() ? AF_INET : AF_INET6;
}

/// Bits of a whole address.
inline std::uint8_t bits_of(const VtepAddress& address) {
  return address.is_v4() ? 32 : 128;
}

/// The address in an attribute of 4 or 16 bytes.
inline std::optional<VtepAddress> address_of(const nlattr* attribute) {
  if (attribute == nullptr) return std::nullopt;
  const auto copy = [&](auto octets) {
    std::memcpy(octets.data(), nla_data(attribute), octets.size());
    return octets;
  };
  switch (nla_len(attribute)) {
    case 4:
      return VtepAddress::from_v4(copy(std::array<std::uint8_t, 4>{}));
    case 16:
      return VtepAddress::from_v6(copy(std::array<std::uint8_t, 16>{}));
    default:
      return std::nullopt;
  }
}

}  // namespace vxtap::io
