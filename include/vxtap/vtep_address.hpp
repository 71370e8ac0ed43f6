#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vxtap {

/// IP address of a VTEP in the underlay: 16 bytes in wire order, IPv4 as its mapped form ::ffff:a.b.c.d.
/// A link-local address carries no scope here: all remotes of a local VTEP share that VTEP's link.
class VtepAddress {
 public:
  constexpr VtepAddress() = default;

  static constexpr VtepAddress from_v4(std::array<std::uint8_t, 4> octets) noexcept {
    VtepAddress address;
    address.bytes_[10] = address.bytes_[11] = 0xFF;
    for (std::size_t i = 0; i < 4; ++i) address.bytes_[12 + i] = octets[i];
    return address;
  }
  static constexpr VtepAddress from_v6(std::array<std::uint8_t, 16> octets) noexcept {
    VtepAddress address;
    address.bytes_ = octets;
    return address;
  }
  /// Dotted quad or RFC 4291 text, without scope, prefix length or brackets.
  static std::optional<VtepAddress> parse(std::string_view text);

  constexpr bool is_v4() const noexcept {
    for (std::size_t i = 0; i < 10; ++i)
      if (bytes_[i] != 0) return false;
    return bytes_[10] == 0xFF && bytes_[11] == 0xFF;
  }
  constexpr bool is_multicast() const noexcept {
    return is_v4() ? (bytes_[12] >> 4) == 0xE : bytes_[0] == 0xFF;
  }
  constexpr bool is_unspecified() const noexcept {
    for (std::size_t i = is_v4() ? 12 : 0; i < 16; ++i)
      if (bytes_[i] != 0) return false;
    return true;
  }
  /// fe80::/10: valid on one link only.
  constexpr bool is_link_local() const noexcept { return bytes_[0] == 0xFE && (bytes_[1] & 0xC0) == 0x80; }

  /// 4 or 16 bytes of wire order, borrowed from this object.
  constexpr std::span<const std::uint8_t> octets() const noexcept {
    return std::span<const std::uint8_t>(bytes_).subspan(is_v4() ? 12 : 0);
  }
  constexpr const std::array<std::uint8_t, 16>& mapped() const noexcept { return bytes_; }
  std::string to_string() const;
  auto operator<=>(const VtepAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

/// Where encapsulated packets for a MAC address go: a VTEP (or a group) and its UDP port in host order.
struct Remote {
  VtepAddress address;
  std::uint16_t port = 0;
  auto operator<=>(const Remote&) const = default;
};

/// "192.0.2.1:4789" or "[2001:db8::1]:4789".
std::string to_string(const Remote& remote);

/// The two parts of such a text, borrowed from it and not parsed further; the host without its brackets.
struct HostAndPort {
  std::string_view host;
  std::optional<std::string_view> port;
};
/// Splits ADDRESS, V4:PORT, [V6] or [V6]:PORT at the colon that begins the port: the one behind a bracket, or
/// the only one. Empty for brackets that are not paired or stand around no IPv6 address.
std::optional<HostAndPort> split_host_and_port(std::string_view text);

/// An address prefix, as `accept` lists them.
struct Prefix {
  VtepAddress address;
  std::uint8_t length = 0;  ///< bits counted within the address's own family

  bool contains(const VtepAddress& other) const noexcept;
  bool operator==(const Prefix&) const = default;
};

}  // namespace vxtap
