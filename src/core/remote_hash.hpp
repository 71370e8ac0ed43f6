#pragma once

#include <cstdint>

#include "core/mix.hpp"
#include "vxtap/bytes.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap {

/// Eight of the address's sixteen bytes as a number.
inline std::uint64_t word_of(const VtepAddress& address, std::size_t from) noexcept {
  return *load_be<std::uint64_t>(BytesView(address.mapped()), from);
}

/// Every bit of the remote spread over the word; other seeds give other orders.
inline std::uint64_t remote_hash(const Remote& remote, std::uint64_t seed = 0) noexcept {
  const std::uint64_t high = mix(word_of(remote.address, 0) ^ seed);
  return mix(high ^ word_of(remote.address, 8) ^ std::uint64_t{remote.port} << 48);
}

}  // namespace vxtap
