#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "vxtap/bytes.hpp"
#include "vxtap/vni.hpp"

namespace vxtap {

inline constexpr std::uint16_t kVxlanPort = 4789;
inline constexpr std::size_t kVxlanHeaderSize = 8;

/// Bytes that encapsulation adds between the underlay's MTU and the inner MTU: outer IP, UDP, VXLAN and the
/// inner Ethernet header.
inline constexpr std::uint32_t kEncapOverheadV4 = 20 + 8 + 8 + 14;
inline constexpr std::uint32_t kEncapOverheadV6 = 40 + 8 + 8 + 14;

/// RFC 7348 section 5, in wire order:
///
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |R|R|R|R|I|R|R|R|            Reserved                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                VXLAN Network Identifier (VNI) |   Reserved    |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
class VxlanHeader {
 public:
  static constexpr std::uint64_t kVniFlag = 0x0800'0000'0000'0000;
  static constexpr std::uint64_t kVniMask = 0x0000'0000'FFFF'FF00;
  static constexpr std::uint64_t kReservedMask = ~(kVniFlag | kVniMask);

  explicit constexpr VxlanHeader(Vni vni) noexcept
      : bits_(kVniFlag | static_cast<std::uint64_t>(vni.value()) << 8) {}

  /// Empty when the datagram is shorter than eight bytes.
  static constexpr std::optional<VxlanHeader> parse(BytesView datagram) noexcept {
    const auto bits = load_be<std::uint64_t>(datagram, 0);
    if (!bits) return std::nullopt;
    return VxlanHeader(*bits);
  }

  constexpr bool has_vni() const noexcept { return (bits_ & kVniFlag) != 0; }
  constexpr Vni vni() const noexcept { return *Vni::from((bits_ & kVniMask) >> 8); }
  /// The 39 reserved bits at their places; bit 0 of the RFC's drawing is the most significant.
  constexpr std::uint64_t reserved() const noexcept { return bits_ & kReservedMask; }

  constexpr std::array<std::uint8_t, kVxlanHeaderSize> to_bytes() const noexcept {
    std::array<std::uint8_t, kVxlanHeaderSize> out{};
    store_be(MutableBytes(out), 0, bits_);
    return out;
  }

 private:
  explicit constexpr VxlanHeader(std::uint64_t bits) noexcept : bits_(bits) {}

  std::uint64_t bits_;  // host order, first wire byte in the most significant place
};

}  // namespace vxtap
