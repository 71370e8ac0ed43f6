#include "config/address_value.hpp"

#include <algorithm>

namespace vxtap::config {
namespace {

constexpr std::size_t kMaxInterfaceName = 15;  // IFNAMSIZ without its zero

std::optional<ScopedAddress> parse_scoped(std::string_view text) {
  const auto percent = text.find('%');
  const auto address = VtepAddress::parse(text.substr(0, percent));
  if (!address) return std::nullopt;
  if (percent == std::string_view::npos) return ScopedAddress{*address, {}};
  const auto scope = text.substr(percent + 1);
  if (scope.empty()) return std::nullopt;
  return ScopedAddress{*address, std::string(scope)};
}

/// What is wrong with an interface name, and the mend; empty when nothing is.
std::string interface_name_problem(std::string_view name) {
  const auto bad = [](char c) {
    return c == '/' || c == ':' || c == '%' || static_cast<unsigned char>(c) <= ' ' || c == '\x7F';
  };
  if (name.empty()) return "is empty; write the name of an interface";
  if (name.size() > kMaxInterfaceName)
    return "is " + std::to_string(name.size()) + " bytes long; interface names have at most 15";
  // The last two are directories of every kind of interface setting under /proc/sys/net.
  if (name == "." || name == ".." || name == "all" || name == "default")
    return "cannot name an interface; choose another name";
  if (std::any_of(name.begin(), name.end(), bad))
    return "has a character that interface names cannot have; leave out '/', ':', '%' and blanks";
  return {};
}

}  // namespace

std::optional<ScopedAddress> read_address(const Value& value) {
  const auto text = read_text(value, "an address such as 192.0.2.1 or 2001:db8::1");
  if (!text) return std::nullopt;
  auto address = parse_scoped(*text);
  if (!address) value.fail(quote(*text) + " is no IP address; write one such as 192.0.2.1 or 2001:db8::1");
  return address;
}

std::optional<WrittenRemote> read_remote(const Value& value, WrittenPort wanted) {
  const bool required = wanted == WrittenPort::kRequired;
  const std::string forms = required ? R"("127.0.0.1:9478" or "[::1]:9478")"
                                     : R"(192.0.2.2, "192.0.2.2:4789" or "[2001:db8::2]:4789")";
  const auto text = read_text(value, "an address such as " + forms);
  if (!text) return std::nullopt;
  const auto parts = split_host_and_port(*text);
  auto address = parts ? parse_scoped(parts->host) : std::nullopt;
  if (!address) {
    value.fail(quote(*text) + " is no address " + (required ? "with" : "with or without") +
               " a port; write one such as " + forms);
    return std::nullopt;
  }
  if (required && !parts->port) {
    value.fail(quote(*text) + " has no port; write ADDRESS:PORT");
    return std::nullopt;
  }
  WrittenRemote remote{*std::move(address), 0};
  if (!parts->port) return remote;
  const auto port = decimal_of(*parts->port);
  if (!port || *port == 0 || *port > 65535) {
    value.fail(quote(*text) + " has a port out of range; write a port from 1 to 65535" +
               (required ? "" : " or none"));
    return std::nullopt;
  }
  remote.port = static_cast<std::uint16_t>(*port);
  return remote;
}

std::optional<Prefix> read_prefix(const Value& value, std::string_view examples) {
  const auto text = read_text(value, join({"a prefix such as ", examples}));
  if (!text) return std::nullopt;
  const auto slash = text->find('/');
  const auto address = VtepAddress::parse(std::string_view(*text).substr(0, slash));
  if (!address) {
    value.fail(join({quote(*text), " is no prefix; write one such as ", examples}));
    return std::nullopt;
  }
  const std::uint8_t bits = address->is_v4() ? 32 : 128;
  if (slash == std::string::npos) return Prefix{*address, bits};
  const auto length = decimal_of(std::string_view(*text).substr(slash + 1));
  if (!length || *length > bits) {
    value.fail(quote(*text) + " has a prefix length out of range; write one from 0 to " +
               std::to_string(bits));
    return std::nullopt;
  }
  return Prefix{*address, static_cast<std::uint8_t>(*length)};
}

VtepAddress network_of(const Prefix& prefix) {
  auto bytes = prefix.address.mapped();
  const std::size_t kept = prefix.length + (prefix.address.is_v4() ? 96U : 0U);
  for (std::size_t bit = kept; bit < 128; ++bit)
    bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  return VtepAddress::from_v6(bytes);
}

std::optional<MacAddress> read_unicast_mac(const Value& value, std::string_view mend) {
  constexpr auto kExample = "a MAC address such as 02:00:00:00:00:09";
  const auto text = read_text(value, kExample);
  if (!text) return std::nullopt;
  const auto mac = MacAddress::parse(*text);
  if (!mac) {
    value.fail(quote(*text) + " is no MAC address; write six octets such as 02:00:00:00:00:09");
  } else if (mac->is_zero() || mac->is_multicast()) {
    value.fail(quote(*text) + (mac->is_zero() ? " is the all-zero address" : " is a multicast address") +
               "; " + std::string(mend));
  } else {
    return mac;
  }
  return std::nullopt;
}

std::optional<std::string> read_interface_name(const Value& value) {
  auto text = read_text(value, "the name of an interface");
  if (!text) return std::nullopt;
  const auto problem = interface_name_problem(*text);
  if (problem.empty()) return text;
  value.fail(quote(*text) + " " + problem);
  return std::nullopt;
}

std::string_view not_unicast(const VtepAddress& address) {
  if (address.is_multicast()) return "is a multicast group";
  if (address.is_unspecified()) return "is the unspecified address";
  if (address.is_v4() && std::ranges::all_of(address.octets(), [](auto octet) { return octet == 0xFF; }))
    return "is the broadcast address";
  return {};
}

}  // namespace vxtap::config
