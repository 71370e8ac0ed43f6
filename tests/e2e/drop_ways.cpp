#include "drop_ways.hpp"

#include "lab/overlay.hpp"
#include "support/catch.hpp"

namespace vxtap::lab {
namespace {

constexpr std::uint32_t kFlag = 0x08000000;
constexpr auto kStation = "02:99:00:00:00:01";
constexpr auto kPinned = "02:99:00:00:00:09";
constexpr auto kUnknown = "02:99:00:00:00:77";
constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";

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

/// The TAP's queue holds 4 MiB; more than this at once might overflow the socket's before. To one station,
/// because a bridge copies broadcasts, and copies are not in that queue.
void fill_queue(DropSite& site) {
  const Bytes large = vxlan(47, resized(test_frame(kStation, kUnknown), 1400));
  send_frames(site.wire.host(1), "eth0", std::vector<Bytes>(100, underlying_frame({}, large)));
}

}  // namespace

DropSite::DropSite() {
  near().sysctl("ipv6/conf/default/disable_ipv6", "1");
  add_slow_bridge();
  daemon.emplace(near(), config());
  near().sysctl("ipv4/conf/eth0/accept_local", "1");
  REQUIRE(daemon->ctl({"fdb", "del", "00:00:00:00:00:00", "--vni", "43"}).exit_code == 0);
  near().ip("link set vx46 down");
}

/// A bridge that lets a kilobyte a second out: what a TAP hands it stays in the TAP's own queue.
void DropSite::add_slow_bridge() {
  near().ip("link add br0 type bridge mcast_snooping 0");
  near().ip("link set br0 up");
  sink_.sysctl("ipv6/conf/default/disable_ipv6", "1");
  connect(near(), "slow0", sink_, "eth0");
  near().ip("link set slow0 master br0");
  near().must("tc qdisc add dev slow0 root tbf rate 8kbit burst 2000 limit 100mb");
}

const DropWays& ways_from_tap() {
  static const DropWays kWays{
      // The kernel refuses to send a frame shorter than its header, but not one cut within its 802.1Q tag.
      {DropReason::kTapRunt, kNoSegment,
       [](DropSite& site) { site.put("trunk0", resized(tagged(frame_to(kBroadcast), 10), 15)); }},
      {DropReason::kVlanUnmapped, kNoSegment,
       [](DropSite& site) { site.put("trunk0", tagged(frame_to(kBroadcast), 30)); }},
      {DropReason::kUnknownUnicast, 42, [](DropSite& site) { site.put("vx42", frame_to(kUnknown)); }},
      {DropReason::kNoRemote, 43, [](DropSite& site) { site.put("vx43", frame_to(kBroadcast)); }},
      {DropReason::kStormControl, 42, [](DropSite& site) { site.put("vx42", frame_to(kBroadcast)); }},
      {DropReason::kTooBig, 42, [](DropSite& site) { site.put("vx42", resized(frame_to(kPinned), 2000)); }},
      {DropReason::kUnderlaySendFailed, 44, [](DropSite& site) { site.put("vx44", frame_to(kBroadcast)); }},
  };
  return kWays;
}

const DropWays& ways_of_outer_headers() {
  static const DropWays kWays{
      {DropReason::kOwnAddress, kNoSegment,
       [](DropSite& site) { site.hear(vxlan(42, frame_from(kStation)), {.source = "192.0.2.1"}); }},
      {DropReason::kHeaderTruncated, kNoSegment, [](DropSite& site) { site.hear(Bytes(7)); }},
      {DropReason::kVniFlagMissing, kNoSegment,
       [](DropSite& site) { site.hear(vxlan(42, frame_from(kStation), 0)); }},
      {DropReason::kVniUnknown, kNoSegment,
       [](DropSite& site) { site.hear(vxlan(99, frame_from(kStation))); }},
      {DropReason::kSourceNotAccepted, 42,
       [](DropSite& site) { site.hear(vxlan(42, frame_from(kStation)), {.from = 2}); }},
      {DropReason::kReservedBits, 42,
       [](DropSite& site) { site.hear(vxlan(42, frame_from(kStation), kFlag, 1)); }},
  };
  return kWays;
}

const DropWays& ways_of_inner_frames() {
  static const DropWays kWays{
      {DropReason::kInnerTruncated, 42, [](DropSite& site) { site.hear(vxlan(42, Bytes(13))); }},
      {DropReason::kOwnMac, 42, [](DropSite& site) { site.hear(vxlan(42, frame_from(overlay_mac(0)))); }},
      {DropReason::kInnerSourceInvalid, 42,
       [](DropSite& site) { site.hear(vxlan(42, frame_from("01:00:5e:00:00:01"))); }},
      {DropReason::kFdbPinned, 42, [](DropSite& site) { site.hear(vxlan(42, frame_from(kPinned))); }},
      {DropReason::kEcnInvalid, 42,
       [](DropSite& site) {
         const Bytes inner = udp_frame({.source_mac = kStation,
                                        .destination_mac = overlay_mac(0),
                                        .source = "10.42.0.2",
                                        .destination = "10.42.0.1"});
         site.hear(vxlan(42, inner), {.tos = 3});
       }},
      {DropReason::kTapDown, 46, [](DropSite& site) { site.hear(vxlan(46, frame_from(kStation))); }},
      {DropReason::kTapFull, 47, fill_queue},
  };
  return kWays;
}

}  // namespace vxtap::lab
