#include <algorithm>
#include <csignal>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "lab/bpftrace.hpp"
#include "lab/http.hpp"
#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "support/catch.hpp"
#include "vxtap/drop_reason.hpp"

// Every drop reason, made for real, and what each way to look at drops calls it: `drops`, `stats` and
// `monitor` of vxtapctl, the metrics, and the static probe `drop`.

using namespace vxtap::lab;
using vxtap::DropReason;

namespace {

constexpr std::uint32_t kNoSegment = 0xFFFFFFFF;  ///< in the place of a VNI: dropped before that was known
constexpr std::int64_t kPackets = 5;
constexpr std::uint32_t kFlag = 0x08000000;
constexpr auto kStation = "02:99:00:00:00:01";
constexpr auto kPinned = "02:99:00:00:00:09";
constexpr auto kUnknown = "02:99:00:00:00:77";
constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";

/// A VNI and a reason's name.
using Drop = std::pair<std::uint32_t, std::string>;
using Counts = std::map<Drop, std::int64_t>;

std::string segment(const std::string& vni, const std::string& tap, const std::string& peers,
                    const std::string& more = "") {
  return "  - {vni: " + vni + ", tap: {name: " + tap + "}, peers: {" + peers + "}" + more + "}\n";
}

std::string config() {
  const std::string unicast = unicast_to(1);
  return "metrics: {listen: 127.0.0.1:9478}\n"
         "underlay: {local: 192.0.2.1, df: set}\n"
         "segments:\n" +
         segment("42", "vx42, mtu: 3000, mac: \"" + overlay_mac(0) + "\"", unicast,
                 ", fdb: {unknown_unicast: drop, static: [{mac: \"" + std::string(kPinned) +
                     "\", remote: 192.0.2.4}]}, storm_control: {broadcast: 1}") +
         segment("43", "vx43", "mode: static-flood, remotes: [192.0.2.2]") +
         segment("44", "vx44", "mode: unicast, remote: 198.51.100.9") +
         segment("45", "trunk0", unicast, ", vlan: 10") + segment("46", "vx46", unicast) +
         segment("47", "vx47, master: br0", unicast);
}

/// Host 0 runs vxtapd with a segment for each way to lose a frame, host 1 is its remote, host 2 a stranger.
/// Host 0 speaks no IPv6, so that its TAPs carry the cases' frames only.
class Site {
 public:
  Site() {
    near().sysctl("ipv6/conf/default/disable_ipv6", "1");
    add_slow_bridge();
    daemon.emplace(near(), config());
    near().sysctl("ipv4/conf/eth0/accept_local", "1");
    REQUIRE(daemon->ctl({"fdb", "del", "00:00:00:00:00:00", "--vni", "43"}).exit_code == 0);
    near().ip("link set vx46 down");
  }

  Host& near() { return wire.host(0); }
  void put(const std::string& tap, const Bytes& frame) { send_frame(near(), tap, frame); }
  void hear(const Bytes& payload, const Underlying& way = {}) { send_underlying(wire, way, payload); }

  Wire wire{3};
  std::optional<Vxtapd> daemon;

 private:
  /// A bridge that lets a kilobyte a second out: what a TAP hands it stays in the TAP's own queue.
  void add_slow_bridge() {
    near().ip("link add br0 type bridge mcast_snooping 0");
    near().ip("link set br0 up");
    sink_.sysctl("ipv6/conf/default/disable_ipv6", "1");
    connect(near(), "slow0", sink_, "eth0");
    near().ip("link set slow0 master br0");
    near().must("tc qdisc add dev slow0 root tbf rate 8kbit burst 2000 limit 100mb");
  }

  Host sink_;
};

Bytes frame_from(const std::string& mac) {
  return test_frame(mac, overlay_mac(0));
}
Bytes frame_to(const std::string& mac) {
  return test_frame(overlay_mac(0), mac);
}
Bytes resized(Bytes bytes, std::size_t size) {
  bytes.resize(size);
  return bytes;
}
Bytes tagged(const Bytes& frame, std::uint8_t vid) {
  Bytes out = frame;
  out.insert(out.begin() + 12, {0x81, 0x00, 0x00, vid});
  return out;
}

/// The queue of a TAP holds 4 MiB: more than this at once would overflow the socket before.
void fill_queue(Site& site) {
  const Bytes large = vxlan(47, resized(test_frame(kStation, kUnknown), 1400));
  for (int i = 0; i < 100; ++i) site.hear(large);
}

struct Way {
  DropReason reason;
  std::uint32_t vni;
  std::function<void(Site&)> provoke;  ///< called until there were kPackets
};
using Ways = std::vector<Way>;

const Ways kFromTap{
    // The kernel refuses to send a frame shorter than its header, but not one cut within its 802.1Q tag.
    {DropReason::kTapRunt, kNoSegment,
     [](Site& site) { site.put("trunk0", resized(tagged(frame_to(kBroadcast), 10), 15)); }},
    {DropReason::kVlanUnmapped, kNoSegment,
     [](Site& site) { site.put("trunk0", tagged(frame_to(kBroadcast), 30)); }},
    {DropReason::kUnknownUnicast, 42, [](Site& site) { site.put("vx42", frame_to(kUnknown)); }},
    {DropReason::kNoRemote, 43, [](Site& site) { site.put("vx43", frame_to(kBroadcast)); }},
    {DropReason::kStormControl, 42, [](Site& site) { site.put("vx42", frame_to(kBroadcast)); }},
    {DropReason::kTooBig, 42, [](Site& site) { site.put("vx42", resized(frame_to(kPinned), 2000)); }},
    {DropReason::kUnderlaySendFailed, 44, [](Site& site) { site.put("vx44", frame_to(kBroadcast)); }},
};

const Ways kBeforeSegment{
    {DropReason::kOwnAddress, kNoSegment,
     [](Site& site) { site.hear(vxlan(42, frame_from(kStation)), {.source = "192.0.2.1"}); }},
    {DropReason::kHeaderTruncated, kNoSegment, [](Site& site) { site.hear(Bytes(7)); }},
    {DropReason::kVniFlagMissing, kNoSegment,
     [](Site& site) { site.hear(vxlan(42, frame_from(kStation), 0)); }},
    {DropReason::kVniUnknown, kNoSegment, [](Site& site) { site.hear(vxlan(99, frame_from(kStation))); }},
    {DropReason::kSourceNotAccepted, 42,
     [](Site& site) { site.hear(vxlan(42, frame_from(kStation)), {.from = 2}); }},
    {DropReason::kReservedBits, 42, [](Site& site) { site.hear(vxlan(42, frame_from(kStation), kFlag, 1)); }},
};

const Ways kInSegment{
    {DropReason::kInnerTruncated, 42, [](Site& site) { site.hear(vxlan(42, Bytes(13))); }},
    {DropReason::kOwnMac, 42, [](Site& site) { site.hear(vxlan(42, frame_from(overlay_mac(0)))); }},
    {DropReason::kInnerSourceInvalid, 42,
     [](Site& site) { site.hear(vxlan(42, frame_from("01:00:5e:00:00:01"))); }},
    {DropReason::kFdbPinned, 42, [](Site& site) { site.hear(vxlan(42, frame_from(kPinned))); }},
    {DropReason::kEcnInvalid, 42,
     [](Site& site) {
       const Bytes inner = udp_frame({.source_mac = kStation,
                                      .destination_mac = overlay_mac(0),
                                      .source = "10.42.0.2",
                                      .destination = "10.42.0.1"});
       site.hear(vxlan(42, inner), {.tos = 3});
     }},
    {DropReason::kTapDown, 46, [](Site& site) { site.hear(vxlan(46, frame_from(kStation))); }},
    {DropReason::kTapFull, 47, fill_queue},
};

std::string name_of(const Way& way) {
  return std::string(vxtap::to_string(way.reason));
}

/// A daemon's drops as everyone has them who can look. Nothing was dropped before it begins to.
class Lookers {
 public:
  explicit Lookers(Vxtapd& daemon) : daemon_(daemon) {}

  /// What `stats -j` has.
  Counts stats() {
    Counts counts;
    const auto document = daemon_.json({"stats"});
    const auto take = [&](std::uint32_t vni, const boost::json::value& drops) {
      for (const auto& [reason, count] : drops.as_object())
        if (count.to_number<std::int64_t>() != 0) counts[{vni, reason}] = count.to_number<std::int64_t>();
    };
    for (const auto& one : document.at("segments").as_array())
      take(one.at("vni").to_number<std::uint32_t>(), one.at("drops"));
    take(kNoSegment, document.at("drops"));
    return counts;
  }

  /// What `drops -j` has, which does not tell segments apart.
  std::map<std::string, std::int64_t> drops() {
    std::map<std::string, std::int64_t> counts;
    const auto document = daemon_.json({"drops"});
    for (const auto& one : document.as_array())
      if (const auto count = one.at("count").to_number<std::int64_t>(); count != 0)
        counts.emplace(one.at("reason").as_string(), count);
    return counts;
  }

  Counts metrics() {
    Counts counts;
    const Endpoint server("127.0.0.1", 9478);
    for (const auto& [series, count] : samples_of(http_get(daemon_.host(), server, "/metrics").body)) {
      const bool of_segment = series.starts_with("vxtap_drops_total{");
      if (count == 0 || !(of_segment || series.starts_with("vxtap_unattributed_drops_total{"))) continue;
      const auto vni = of_segment ? std::stoul(label(series, "vni")) : kNoSegment;
      counts[{static_cast<std::uint32_t>(vni), label(series, "reason")}] = static_cast<std::int64_t>(count);
    }
    return counts;
  }

  /// Those with an event of their own and those that were left out.
  Counts monitor() {
    Counts counts;
    std::map<std::string, std::int64_t> left_out;
    std::istringstream lines(monitor_.log());
    for (std::string line; std::getline(lines, line) && !lines.eof();) {
      const auto event = boost::json::parse(line);
      const std::string reason(event.at("reason").as_string());
      if (event.at("event") == "drop")
        ++counts[{event.at("vni").is_null() ? kNoSegment : event.at("vni").to_number<std::uint32_t>(),
                  reason}];
      else
        left_out[reason] += event.at("count").to_number<std::int64_t>();
    }
    for (auto& [drop, count] : counts) count += left_out[drop.second];
    return counts;
  }

  /// What bpftrace sees at the probe `drop`.
  Counts probe() {
    Counts counts;
    std::istringstream lines(trace_.log());
    std::uint32_t vni = 0;
    std::int64_t packets = 0;
    std::string word, reason;
    for (std::string line; std::getline(lines, line) && !lines.eof();)
      if (std::istringstream(line) >> word >> vni >> reason >> packets && word == "drop")
        counts[{vni, reason}] += packets;
    return counts;
  }

 private:
  static std::string label(const std::string& series, const std::string& name) {
    const auto at = series.find(name + "=\"") + name.size() + 2;
    return series.substr(at, series.find('"', at) - at);
  }

  Vxtapd& daemon_;
  TempDirectory directory_;
  Process monitor_{daemon_.host().thread(),
                   {built("vxtapctl"), "-s", daemon_.config_file().parent_path() / "control.sock", "-j",
                    "monitor", "drops"},
                   {},
                   directory_ / "monitor.log"};
  Bpftrace trace_{
      daemon_, "usdt:/usr/sbin/vxtapd:vxtapd:drop { printf(\"drop %u %s %d\\n\", arg0, str(arg1), arg2); }"};
};

/// By it is known that those who need time to begin see what happens; some of it they missed.
const Drop kFirst{kNoSegment, "header_truncated"};

bool begin_to_see(Site& site, Lookers& lookers) {
  return eventually([&] {
    site.hear(Bytes(7));
    return lookers.monitor().contains(kFirst) && lookers.probe().contains(kFirst);
  });
}

Counts without_first(Counts counts) {
  counts.erase(kFirst);
  return counts;
}

std::map<std::string, std::int64_t> by_reason(const Counts& counts) {
  std::map<std::string, std::int64_t> sums;
  for (const auto& [drop, count] : counts) sums[drop.second] += count;
  return sums;
}

std::set<Drop> drops_of(const Ways& ways) {
  std::set<Drop> drops{kFirst};
  for (const Way& way : ways) drops.emplace(way.vni, name_of(way));
  return drops;
}

void check_seen_by_all(const Ways& ways) {
  Site site;
  Lookers lookers(*site.daemon);
  REQUIRE(begin_to_see(site, lookers));
  for (const Way& way : ways) {
    CAPTURE(name_of(way));
    CHECK(eventually([&] {
      way.provoke(site);
      return lookers.stats()[{way.vni, name_of(way)}] >= kPackets;
    }));
  }
  Counts counts;
  eventually([&] {
    counts = lookers.stats();
    return lookers.metrics() == counts && without_first(lookers.probe()) == without_first(counts) &&
           without_first(lookers.monitor()) == without_first(counts);
  });
  std::set<Drop> seen;
  for (const auto& [drop, count] : counts) seen.insert(drop);
  CHECK(seen == drops_of(ways));
  CHECK(lookers.drops() == by_reason(counts));
  CHECK(lookers.metrics() == counts);
  CHECK(without_first(lookers.probe()) == without_first(counts));
  CHECK(without_first(lookers.monitor()) == without_first(counts));
}

}  // namespace

TEST_CASE("drop reasons: those of a TAP's frames have one name everywhere") {
  check_seen_by_all(kFromTap);
}

TEST_CASE("drop reasons: those of datagrams that no segment takes have one name everywhere") {
  check_seen_by_all(kBeforeSegment);
}

TEST_CASE("drop reasons: those of datagrams that a segment took have one name everywhere") {
  check_seen_by_all(kInSegment);
}

TEST_CASE("drop reasons: each of them is made here") {
  std::set<std::string> made;
  for (const Ways* ways : {&kFromTap, &kBeforeSegment, &kInSegment})
    for (const Way& way : *ways) made.insert(name_of(way));
  std::set<std::string> known;
  for (const auto& reason : vxtap::kDropReasons) known.emplace(reason.name);
  CHECK(made == known);
}
