#pragma once

#include <array>
#include <cstdint>

#include "vxtap/bytes.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap::inspect {

/// The fields of outer IP and UDP headers. Both addresses are of one family, ports in host order.
struct OuterFields {
  Remote source, destination;
  std::uint8_t tos = 0;
  std::uint8_t ttl = 64;
  bool dont_fragment = false;    ///< IPv4's
  std::uint32_t flow_label = 0;  ///< IPv6's
  bool checksum = true;          ///< UDP's; false: 0, none
};

/// The headers in front of a UDP payload, for who sees datagrams through a socket and wants packets.
/// IPv4's identification, which the kernel chooses, is 0.
class OuterHeaders {
 public:
  /// What they and the payload come to has to fit in IP's 65535 bytes.
  OuterHeaders(const OuterFields& fields, BytesView payload) noexcept;

  /// Lives as long as this object.
  BytesView bytes() const noexcept { return BytesView(bytes_).first(size_); }
  static std::size_t size(bool v4) noexcept;

 private:
  std::array<std::uint8_t, 48> bytes_{};
  std::size_t size_;

  void write_v4(const OuterFields& fields, std::size_t payload) noexcept;
  void write_v6(const OuterFields& fields, std::size_t payload) noexcept;
  void write_udp(const OuterFields& fields, BytesView payload) noexcept;
};

}  // namespace vxtap::inspect
