#include "soak/books.hpp"

#include <array>
#include <iomanip>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "lab/wait.hpp"

namespace vxtap::soak {
namespace {

using boost::json::value;

constexpr std::array<std::string_view, 7> kReasonsOut{
    "tap_runt",      "vlan_unmapped", "unknown_unicast",     "no_remote",
    "storm_control", "too_big",       "underlay_send_failed"};

std::int64_t sum_of(const value& drops, bool out) {
  std::int64_t sum = 0;
  for (const auto& [reason, count] : drops.as_object()) {
    const bool is_out =
        std::find(kReasonsOut.begin(), kReasonsOut.end(), std::string_view(reason)) != kReasonsOut.end();
    if (is_out == out) sum += count.to_number<std::int64_t>();
  }
  return sum;
}

std::int64_t statistic(lab::Host& host, const std::string& interface, const std::string& name) {
  const auto read = host.command({"cat", "/sys/class/net/" + interface + "/statistics/" + name});
  if (read.exit_code == 0) return std::stoll(read.out);
  // /sys shows the interfaces of the namespace it was mounted in.
  const auto shown = boost::json::parse(host.ip("-j -s link show " + interface));
  return shown.at(0)
      .at("stats64")
      .at("rx")
      .at(name == "rx_dropped" ? "dropped" : name)
      .to_number<std::int64_t>();
}

}  // namespace

Counts Counts::of(lab::Vxtapd& daemon) {
  const auto stats = daemon.json({"stats"});
  Counts counts;
  for (const auto& segment : stats.at("segments").as_array())
    counts.segments[segment.at("vni").to_number<unsigned>()] = {
        .sent = segment.at("tx").at("packets").to_number<std::int64_t>(),
        .received = segment.at("rx").at("packets").to_number<std::int64_t>(),
        .drops_out = sum_of(segment.at("drops"), true),
        .drops_in = sum_of(segment.at("drops"), false),
        .queue_drops = segment.at("tap_kernel_drops").to_number<std::int64_t>()};
  counts.drops_in = sum_of(stats.at("drops"), false);
  counts.socket_drops = stats.at("kernel").at("socket_overflows").to_number<std::int64_t>();
  counts.wire_drops = statistic(daemon.host(), "eth0", "rx_dropped");
  return counts;
}

Counts Counts::since(const Counts& before) const {
  Counts out;
  for (const auto& [vni, now] : segments) {
    const SegmentCounts& then = before.segments.at(vni);
    out.segments[vni] = {now.sent - then.sent, now.received - then.received, now.drops_out - then.drops_out,
                         now.drops_in - then.drops_in, now.queue_drops - then.queue_drops};
  }
  out.drops_in = drops_in - before.drops_in;
  out.socket_drops = socket_drops - before.socket_drops;
  out.wire_drops = wire_drops - before.wire_drops;
  return out;
}

std::int64_t Counts::sent() const {
  std::int64_t sum = 0;
  for (const auto& [vni, counts] : segments) sum += counts.sent;
  return sum;
}

std::int64_t Counts::accounted() const {
  std::int64_t sum = drops_in + socket_drops + wire_drops;
  for (const auto& [vni, counts] : segments) sum += counts.received + counts.drops_in;
  return sum;
}

void settle(lab::Vxtapd& left, lab::Vxtapd& right) {
  const auto state = [&] { return std::pair(Counts::of(left), Counts::of(right)); };
  auto before = state();
  const bool still = lab::eventually([&] {
    std::this_thread::sleep_for(lab::milliseconds(300));
    const auto now = state();
    return std::exchange(before, now) == now;
  });
  if (!still) throw std::runtime_error("the counters do not come to rest");
}

std::int64_t socket_drops(lab::Host& host, std::uint16_t port) {
  std::ostringstream suffix;
  suffix << ':' << std::uppercase << std::hex << std::setw(4) << std::setfill('0') << port;
  std::istringstream lines(host.proc_net("udp"));
  std::string line, word, local;
  std::int64_t sum = 0;
  for (std::getline(lines, line); std::getline(lines, line);) {
    std::istringstream words(line);
    words >> word >> local;
    while (words >> word) continue;
    if (local.ends_with(suffix.str())) sum += std::stoll(word);
  }
  return sum;
}

}  // namespace vxtap::soak
