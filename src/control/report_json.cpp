#include "control/report_json.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>

#include "control/fdb_words.hpp"

namespace vxtap::control {
namespace {

using DropCounts = std::array<std::uint64_t, kDropReasonCount>;

json::object traffic(std::uint64_t packets, std::uint64_t bytes) {
  return json::object{{"packets", packets}, {"bytes", bytes}};
}

std::uint64_t sum(const DropCounts& drops) {
  return std::accumulate(drops.begin(), drops.end(), std::uint64_t{0});
}

json::object drop_counts(const DropCounts& drops) {
  json::object counts;
  for (std::size_t i = 0; i < kDropReasonCount; ++i) {
    const auto name = kDropReasons[i].name;
    counts.emplace(json::string_view(name.data(), name.size()), drops[i]);
  }
  return counts;
}

void add_destinations(json::object& shown, const SegmentReport& segment) {
  if (segment.mode == PeerMode::kMulticastGroup) {
    shown["group"] =
        segment.remotes.empty() ? json::value() : json::value(to_string(segment.remotes.front()));
    return;
  }
  json::array remotes;
  for (const auto& remote : segment.remotes) remotes.emplace_back(to_string(remote));
  shown["remotes"] = std::move(remotes);
}

json::object show_one(const SegmentReport& segment) {
  json::object shown{
      {"vni", segment.vni.value()},         {"name", segment.name}, {"ifname", segment.tap},
      {"operstate", segment.tap_state},     {"mtu", segment.mtu},   {"address", segment.mac.to_string()},
      {"local", segment.local.to_string()}, {"port", segment.port}};
  if (!segment.device.empty()) shown["device"] = segment.device;
  if (segment.vlan) shown["vlan"] = *segment.vlan;
  shown["mode"] = to_json(mode_word(segment.mode));
  add_destinations(shown, segment);
  shown["fdb"] = json::object{{"entries", segment.fdb_entries}, {"limit", segment.fdb_limit}};
  shown["tx"] = traffic(segment.totals.tx_packets, segment.totals.tx_bytes);
  shown["rx"] = traffic(segment.totals.rx_packets, segment.totals.rx_bytes);
  shown["drops"] = sum(segment.totals.drops);
  shown["tap_kernel_drops"] = segment.tap_kernel_drops;
  return shown;
}

/// To a tenth, which is what the daemon's clock counts.
double shown_seconds(double seconds) {
  return std::round(seconds * 10) / 10;
}

json::object fdb_one(const FdbReport& entry) {
  json::array flags{"self"};
  if (entry.sticky) flags.emplace_back("sticky");
  return json::object{{"mac", entry.mac.to_string()},
                      {"vni", entry.vni.value()},
                      {"segment", entry.segment},
                      {"dst", entry.remote.address.to_string()},
                      {"port", entry.remote.port},
                      {"state", to_json(word(entry.state))},
                      {"origin", to_json(word(entry.origin))},
                      {"age", shown_seconds(entry.age_seconds)},
                      {"flags", std::move(flags)}};
}

/// Words as `bridge -j mdb show` has them, but `port`, which is the UDP port here as in the FDB.
json::object mdb_one(const MdbReport& member) {
  return json::object{{"grp", member.group},
                      {"vni", member.vni.value()},
                      {"segment", member.segment},
                      {"dst", member.remote.address.to_string()},
                      {"port", member.remote.port},
                      {"state", member.permanent ? "permanent" : "temp"},
                      {"timer", shown_seconds(member.expires_seconds)}};
}

json::object stats_one(const SegmentReport& segment) {
  const auto& totals = segment.totals;
  return json::object{{"vni", segment.vni.value()},
                      {"name", segment.name},
                      {"tap", segment.tap},
                      {"tx", traffic(totals.tx_packets, totals.tx_bytes)},
                      {"rx", traffic(totals.rx_packets, totals.rx_bytes)},
                      {"flooded", totals.flooded},
                      {"drops", drop_counts(totals.drops)},
                      {"fdb",
                       {{"entries", segment.fdb_entries},
                        {"learned", segment.learned},
                        {"moved", segment.moved},
                        {"aged", segment.aged},
                        {"refused", segment.refused}}},
                      {"suppressed", totals.suppressed},
                      {"partial_checksum_completed", totals.partial_checksum_completed},
                      {"flooded_copies", totals.flooded_copies},
                      {"tap_kernel_drops", segment.tap_kernel_drops}};
}

template <class Report>
json::array list(std::span<const Report> reports, json::object (*one)(const Report&)) {
  json::array array;
  array.reserve(reports.size());
  for (const auto& report : reports) array.emplace_back(one(report));
  return array;
}

}  // namespace

std::string_view mode_word(PeerMode mode) noexcept {
  constexpr std::array<std::string_view, 3> kModes{"unicast", "multicast-group", "static-flood"};
  return kModes[static_cast<std::size_t>(mode)];
}

json::value show_document(std::span<const SegmentReport> segments) {
  return list(segments, show_one);
}

JsonText fdb_document(std::span<const FdbReport> entries) {
  std::string out = "[";
  for (const auto& entry : entries) {
    if (out.size() > 1) out += ',';
    out += to_text(fdb_one(entry));
  }
  return {std::move(out += ']')};
}

json::value mdb_document(std::span<const MdbReport> members) {
  return list(members, mdb_one);
}

json::value stats_document(std::span<const SegmentReport> segments, const DaemonTotals& totals) {
  return json::object{{"segments", list(segments, stats_one)},
                      {"drops", drop_counts(totals.drops)},
                      {"kernel", json::object{{"socket_overflows", totals.socket_overflows},
                                              {"trains_refused", totals.trains_refused},
                                              {"superframes_refused", totals.superframes_refused}}}};
}

json::value drops_document(std::span<const SegmentReport> segments, const DaemonTotals& totals) {
  json::array array;
  for (std::size_t i = 0; i < kDropReasonCount; ++i) {
    auto count = totals.drops[i];
    for (const auto& segment : segments) count += segment.totals.drops[i];
    const auto& reason = kDropReasons[i];
    array.emplace_back(json::object{{"reason", to_json(reason.name)},
                                    {"count", count},
                                    {"meaning", to_json(reason.meaning)},
                                    {"mend", to_json(reason.mend)}});
  }
  return array;
}

}  // namespace vxtap::control
