#include "ctl/option_values.hpp"

#include <array>
#include <charconv>
#include <cmath>

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

bool is_segment(std::string_view text) {
  return parse_vni(text) || text.find_first_not_of("0123456789") != std::string_view::npos;
}

std::optional<std::chrono::milliseconds> parse_period(std::string_view text) {
  constexpr double kShortest = 0.1, kLongest = 3600;
  double seconds = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc() || rest != end || !(seconds >= kShortest && seconds <= kLongest))
    return std::nullopt;
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

std::optional<std::uint32_t> parse_count(std::string_view text) {
  const auto number = parse_number(text);
  return number && *number != 0 ? number : std::nullopt;
}

std::optional<RemoteOption> parse_remote(std::string_view text) {
  const auto parts = split_host_and_port(text);
  const auto address = parts ? VtepAddress::parse(parts->host) : std::nullopt;
  if (!address) return std::nullopt;
  if (!parts->port) return RemoteOption{*address, std::nullopt};
  const auto port = parse_number(*parts->port);
  if (!port || *port == 0 || *port > UINT16_MAX) return std::nullopt;
  return RemoteOption{*address, static_cast<std::uint16_t>(*port)};
}

bool is_group(std::string_view text) {
  return VtepAddress::parse(text) || MacAddress::parse(text);
}

}  // namespace vxtap::ctl
