#include "inspect/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/ecn.hpp"

namespace vxtap::inspect {

std::string join(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const auto part : parts) out += part;
  return out;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return join({std::to_string(number), " ", noun, number == 1 ? "" : "s"});
}

std::string in_words(std::span<const Remote> remotes) {
  constexpr std::size_t kMost = 8;
  std::string out;
  for (const Remote& remote : remotes.first(std::min(remotes.size(), kMost)))
    out += (out.empty() ? "" : ", ") + to_string(remote);
  if (remotes.size() > kMost) out += " and " + std::to_string(remotes.size() - kMost) + " more";
  return out;
}

std::string in_words(const Segment& segment) {
  return join({"segment ", segment.name, " (VNI ", std::to_string(segment.key.vni.value()), ")"});
}

std::string_view in_words(FdbState state) noexcept {
  constexpr std::array<std::string_view, 3> kWords{"reachable", "static", "permanent"};
  return kWords[static_cast<std::size_t>(state)];
}

std::string_view in_words(FloodKind kind) noexcept {
  constexpr std::array<std::string_view, 3> kWords{"broadcast", "multicast", "unknown_unicast"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string age(Tick now, Tick heard) {
  // Signed: a worker may have refreshed the entry since the clock was read.
  const auto tenths = std::max(static_cast<std::int32_t>(now - heard), 0);
  return join({std::to_string(tenths / 10), ".", std::to_string(tenths % 10), " s"});
}

std::string ecn_bits(std::uint8_t traffic_class) {
  return {(traffic_class & 2) != 0 ? '1' : '0', (traffic_class & 1) != 0 ? '1' : '0'};
}

std::string hexadecimal(std::uint64_t value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "0x%0*llx", digits, static_cast<unsigned long long>(value));
  return text.data();
}

std::string at(const Place& place) {
  if (place.line == 0) return {};
  if (place.written) return " at " + place.text;
  return " in the segment at " + place.text;
}

std::optional<InnerIp> ip_of(BytesView frame) {
  const auto ethernet = EthernetHeader::parse(frame);
  return ethernet ? InnerIp::parse(*ethernet, frame) : std::nullopt;
}

}  // namespace vxtap::inspect
