#include "vxtap/vtep_address.hpp"

#include <arpa/inet.h>

namespace vxtap {

std::optional<VtepAddress> VtepAddress::parse(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  if (std::array<std::uint8_t, 4> v4{}; inet_pton(AF_INET, terminated.c_str(), v4.data()) == 1)
    return from_v4(v4);
  if (std::array<std::uint8_t, 16> v6{}; inet_pton(AF_INET6, terminated.c_str(), v6.data()) == 1)
    return from_v6(v6);
  return std::nullopt;
}

std::string VtepAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_v4() ? AF_INET : AF_INET6, octets().data(), text.data(), text.size());
  return text.data();
}

std::string to_string(const Remote& remote) {
  const auto address = remote.address.to_string();
  return (remote.address.is_v4() ? address : "[" + address + "]") + ":" + std::to_string(remote.port);
}

std::optional<HostAndPort> split_host_and_port(std::string_view text) {
  const auto colon = text.find(':');
  if (!text.starts_with('[')) {
    if (colon == std::string_view::npos || colon != text.rfind(':')) return HostAndPort{text, {}};
    return HostAndPort{text.substr(0, colon), text.substr(colon + 1)};
  }
  const auto bracket = text.find(']');
  if (bracket == std::string_view::npos || colon > bracket) return std::nullopt;
  const auto host = text.substr(1, bracket - 1);
  const auto rest = text.substr(bracket + 1);
  if (rest.empty()) return HostAndPort{host, {}};
  if (!rest.starts_with(':')) return std::nullopt;
  return HostAndPort{host, rest.substr(1)};
}

bool Prefix::contains(const VtepAddress& other) const noexcept {
  if (address.is_v4() != other.is_v4()) return false;
  const auto wanted = address.octets();
  const auto given = other.octets();
  std::size_t i = 0;
  int bits = length;
  for (; bits >= 8; bits -= 8, ++i)
    if (wanted[i] != given[i]) return false;
  return bits == 0 || (wanted[i] ^ given[i]) >> (8 - bits) == 0;
}

}  // namespace vxtap
