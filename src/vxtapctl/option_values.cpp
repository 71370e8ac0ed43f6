#include "ctl/option_values.hpp"

#include <array>
#include <charconv>

#include "vxtap/mac_address.hpp"

namespace vxtap::ctl {
namespace {

struct Unit {
  std::string_view suffix;
  std::uint32_t milliseconds;
};
constexpr std::array kUnits{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}};

/// The whole text as a decimal number.
std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return number;
}

/// The address in front of a port: IPv6 in brackets, IPv4 without.
std::optional<VtepAddress> parse_host(std::string_view text) {
  const bool bracketed = text.starts_with('[') && text.ends_with(']');
  const auto address = VtepAddress::parse(bracketed ? text.substr(1, text.size() - 2) : text);
  return address && address->is_v4() != bracketed ? address : std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::uint32_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view suffix(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  for (const auto& unit : kUnits) {
    if (unit.suffix != suffix) continue;
    const std::chrono::milliseconds time(std::uint64_t{number} * unit.milliseconds);
    return time.count() > 0 && time <= std::chrono::hours(24) ? std::optional(time) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Vni> parse_vni(std::string_view text) {
  const auto number = parse_number(text);
  return number ? Vni::from(*number) : std::nullopt;
}

std::optional<RemoteOption> parse_remote(std::string_view text) {
  auto address = VtepAddress::parse(text);
  if (!address) address = parse_host(text);
  if (address) return RemoteOption{*address, std::nullopt};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  address = parse_host(text.substr(0, colon));
  const auto port = parse_number(text.substr(colon + 1));
  if (!address || !port || *port == 0 || *port > UINT16_MAX) return std::nullopt;
  return RemoteOption{*address, static_cast<std::uint16_t>(*port)};
}

bool is_group(std::string_view text) {
  return VtepAddress::parse(text) || MacAddress::parse(text);
}

}  // namespace vxtap::ctl
