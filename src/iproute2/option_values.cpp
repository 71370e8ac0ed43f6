#include "iproute2/option_values.hpp"

#include <array>
#include <charconv>

namespace vxtap::iproute2 {
namespace {

using config::quote;

struct NamedTos {
  std::string_view name;
  std::uint8_t value;
};
// RFC 2597, RFC 2474 and RFC 3246, shifted over ECN as rt_dsfield has them.
constexpr NamedTos kNamedTos[] = {
    {"default", 0x00}, {"AF11", 0x28}, {"AF12", 0x30}, {"AF13", 0x38}, {"AF21", 0x48}, {"AF22", 0x50},
    {"AF23", 0x58},    {"AF31", 0x68}, {"AF32", 0x70}, {"AF33", 0x78}, {"AF41", 0x88}, {"AF42", 0x90},
    {"AF43", 0x98},    {"CS1", 0x20},  {"CS2", 0x40},  {"CS3", 0x60},  {"CS4", 0x80},  {"CS5", 0xA0},
    {"CS6", 0xC0},     {"CS7", 0xE0},  {"EF", 0xB8},
};

std::optional<std::uint64_t> digits_of(std::string_view text, int base) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number, base);
  return !text.empty() && parsed.ec == std::errc() && parsed.ptr == end ? std::optional(number)
                                                                        : std::nullopt;
}

bool is_hexadecimal(std::string_view text) {
  return text.starts_with("0x") || text.starts_with("0X");
}

}  // namespace

std::optional<std::uint64_t> number_of(std::string_view text) {
  if (is_hexadecimal(text)) return digits_of(text.substr(2), 16);
  return digits_of(text, text.size() > 1 && text[0] == '0' ? 8 : 10);
}

std::optional<MacAddress> mac_of(std::string_view text) {
  MacAddress::Octets octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto colon = i + 1 < octets.size() ? text.find(':') : text.size();
    const auto octet = colon <= 2 ? digits_of(text.substr(0, colon), 16) : std::nullopt;
    if (!octet) return std::nullopt;
    octets[i] = static_cast<std::uint8_t>(*octet);
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  return MacAddress(octets);
}

std::optional<std::uint64_t> read_number(const Use& use, const Word& value, config::Range range,
                                         std::string_view what) {
  const auto number = number_of(value.text);
  if (number && *number >= range.lowest && *number <= range.highest) return number;
  use.findings.wrong(value,
                     config::join({quote(value.text), " is no ", what, "; write a number from ",
                                   std::to_string(range.lowest), " to ", std::to_string(range.highest)}));
  return std::nullopt;
}

std::optional<std::uint16_t> read_port(const Use& use, const Word& value, std::uint16_t lowest) {
  const auto port = read_number(use, value, {lowest, 65535}, "port");
  if (!port) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

std::optional<VtepAddress> read_address(const Use& use, const Word& value) {
  auto address = VtepAddress::parse(value.text);
  if (!address)
    use.findings.wrong(value,
                       quote(value.text) + " is no IP address; write one such as 192.0.2.1 or 2001:db8::1");
  return address;
}

std::optional<MacAddress> read_mac(const Use& use, const Word& value) {
  const auto mac = mac_of(value.text);
  if (!mac)
    use.findings.wrong(value,
                       quote(value.text) + " is no MAC address; write six octets such as 02:00:00:00:00:09");
  return mac;
}

std::optional<std::uint8_t> read_tos(const Use& use, const Word& value) {
  for (const NamedTos& named : kNamedTos)
    if (named.name == value.text) return named.value;
  const std::string_view text = value.text;
  const auto tos = digits_of(is_hexadecimal(text) ? text.substr(2) : text, 16);
  if (tos && *tos <= 255) return static_cast<std::uint8_t>(*tos);
  use.findings.wrong(value, quote(text) +
                                " is no ToS; write inherit, a name such as EF, or a number from 0 to ff, "
                                "which iproute2 takes for hexadecimal");
  return std::nullopt;
}

std::optional<config::InterfaceAddress> read_prefix(const Use& use, const Word& value) {
  const auto slash = value.text.find('/');
  const auto address = VtepAddress::parse(std::string_view(value.text).substr(0, slash));
  const std::uint64_t bits = address && address->is_v4() ? 32 : 128;
  const auto length = slash == std::string::npos ? bits : number_of(value.text.substr(slash + 1));
  if (address && length && *length <= bits)
    return config::InterfaceAddress{*address, static_cast<std::uint8_t>(*length)};
  use.findings.wrong(value, quote(value.text) +
                                " is no address with its prefix length; write one such as "
                                "10.42.0.1/24 or fd00:42::1/64");
  return std::nullopt;
}

}  // namespace vxtap::iproute2
