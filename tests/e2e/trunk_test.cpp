#include <array>

#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// One TAP for several segments. Kernels without 802.1Q devices know no trunk of their own, so tagged frames
// are put on the TAP and read from it as they are; the far ends are the kernel's VTEPs.

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";
constexpr auto kStation = "02:99:00:00:00:01";
constexpr std::uint16_t kPriority = 5 << 13;  // of the TCI, IEEE 802.1Q 9.6

/// The frame with an 802.1Q tag.
Bytes tagged(Bytes frame, std::uint16_t tci) {
  const std::array<std::uint8_t, 4> tag{0x81, 0x00, static_cast<std::uint8_t>(tci >> 8),
                                        static_cast<std::uint8_t>(tci)};
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  return frame;
}

Observer::Filter is(const Bytes& wanted) {
  return [wanted](const Bytes& frame) { return frame == wanted; };
}

std::string segment(const std::string& vni, const std::string& vlan, std::size_t peer,
                    const std::string& tap = "") {
  return "  - {vni: " + vni + ", tap: {name: trunk0" + tap + "}" + (vlan.empty() ? "" : ", vlan: " + vlan) +
         ", peers: {" + unicast_to(peer) + "}}\n";
}

const std::string kUnderlay = "underlay: {local: 192.0.2.1}\nsegments:\n";

/// VID 10 to host 1, VID 20 to host 2, untagged frames to host 1 again.
struct Site {
  Site() {
    add_kernel_vxlan(wire.host(1), {.self = 1, .vni = 1010, .device = "vx10", .network = 10},
                     "remote 192.0.2.1");
    add_kernel_vxlan(wire.host(2), {.self = 2, .vni = 1020, .device = "vx20", .network = 20},
                     "remote 192.0.2.1");
    add_kernel_vxlan(wire.host(1), {.self = 1, .vni = 1001, .device = "vx1", .network = 11},
                     "remote 192.0.2.1");
  }

  void put(const Bytes& frame) { send_frame(wire.host(0), "trunk0", frame); }

  Wire wire{3, {.tx_offload = false}};
  const std::string addresses = ", addresses: [10.11.0.1/24, \"fd11::1/64\"]";
  Vxtapd daemon{wire.host(0), kUnderlay + segment("1010", "10", 1, addresses) +
                                  segment("1020", "20", 2, addresses) + segment("1001", "", 1, addresses)};
};

}  // namespace

TEST_CASE("trunk: a VID leads to its VNI, without tag and priority on the wire") {
  Site site;
  Observer vlan10(site.wire.host(1), "vx10");
  Observer vlan20(site.wire.host(2), "vx20");
  Observer untagged(site.wire.host(1), "vx1");
  const Bytes first = test_frame(kStation, kBroadcast, 1);
  const Bytes second = test_frame(kStation, kBroadcast, 2);
  const Bytes third = test_frame(kStation, kBroadcast, 3);
  const Bytes fourth = test_frame(kStation, kBroadcast, 4);

  site.put(tagged(first, 10));
  site.put(tagged(second, kPriority | 20));
  site.put(third);
  site.put(tagged(fourth, kPriority));  // a priority tag, VID 0: not of any VLAN

  CHECK(vlan10.wait_for(1, Direction::kIn, is(first)));
  CHECK(vlan20.wait_for(1, Direction::kIn, is(second)));
  CHECK(untagged.wait_for(1, Direction::kIn, is(third)));
  CHECK(untagged.wait_for(1, Direction::kIn, is(fourth)));
  CHECK(vlan10.count(Direction::kIn, is_test_frame) == 1);
  CHECK(vlan20.count(Direction::kIn, is_test_frame) == 1);
  CHECK(untagged.count(Direction::kIn, is_test_frame) == 2);
}

TEST_CASE("trunk: what comes in a VNI has its VID's tag on the TAP") {
  Site site;
  Observer trunk(site.wire.host(0), "trunk0");
  const Bytes first = test_frame(overlay_mac(1), kBroadcast, 1);
  const Bytes second = test_frame(overlay_mac(2), kBroadcast, 2);
  const Bytes third = test_frame(overlay_mac(1), kBroadcast, 3);

  send_frame(site.wire.host(1), "vx10", first);
  send_frame(site.wire.host(2), "vx20", second);
  send_frame(site.wire.host(1), "vx1", third);

  CHECK(trunk.wait_for(1, Direction::kIn, is(tagged(first, 10))));
  CHECK(trunk.wait_for(1, Direction::kIn, is(tagged(second, 20))));
  CHECK(trunk.wait_for(1, Direction::kIn, is(third)));
}

TEST_CASE("trunk: the host's own stack is in the untagged segment") {
  Site site;
  CHECK(reaches(site.wire.host(0), "10.11.0.2"));
  CHECK(reaches(site.wire.host(0), "fd11::2"));
  CHECK(tcp_transfer(site.wire.host(1), site.wire.host(0), "10.11.0.1", 1'000'000) == "");
  CHECK(site.daemon.stat(1010, {"rx", "packets"}) < site.daemon.stat(1001, {"rx", "packets"}));
}

TEST_CASE("trunk: a VID without a segment is counted, both ways") {
  Site site;
  Observer trunk(site.wire.host(0), "trunk0");
  for (unsigned i = 0; i < 3; ++i) site.put(tagged(test_frame(kStation, kBroadcast), 30));
  CHECK(eventually([&] { return site.daemon.global_drops("vlan_unmapped") == 3; }));

  // On the TAP it would be a frame of VLAN 20.
  const Bytes stray = tagged(test_frame(overlay_mac(1), kBroadcast), 20);
  send_frame(site.wire.host(1), "vx1", stray);
  CHECK(eventually([&] { return site.daemon.segment_drops(1001, "vlan_unmapped") == 1; }));
  CHECK(trunk.count(Direction::kIn, is(stray)) == 0);
}

TEST_CASE("trunk: equal MACs of two VNIs are two hosts") {
  Site site;
  Observer vlan10(site.wire.host(1), "vx10");
  Observer vlan20(site.wire.host(2), "vx20");
  send_frame(site.wire.host(1), "vx10", test_frame(kStation, kBroadcast));
  send_frame(site.wire.host(2), "vx20", test_frame(kStation, kBroadcast));
  REQUIRE(eventually([&] { return site.daemon.fdb(kStation).size() == 2; }));
  CHECK(site.daemon.stat(1010, {"fdb", "moved"}) + site.daemon.stat(1020, {"fdb", "moved"}) == 0);

  const Bytes first = test_frame(overlay_mac(0), kStation, 1);
  const Bytes second = test_frame(overlay_mac(0), kStation, 2);
  site.put(tagged(first, 10));
  site.put(tagged(second, 20));
  CHECK(vlan10.wait_for(1, Direction::kIn, is(first)));
  CHECK(vlan20.wait_for(1, Direction::kIn, is(second)));
  CHECK(site.daemon.stat(1010, {"flooded"}) == 0);
  CHECK(site.daemon.stat(1020, {"flooded"}) == 0);
}

TEST_CASE("trunk: a range of VNIs goes with a range of VIDs, one to one") {
  Wire wire(2, {.tx_offload = false});
  Vxtapd daemon(wire.host(0), kUnderlay + segment("10000-10099", "100-199", 1));
  CHECK(daemon.json({"show"}).as_array().size() == 100);
  Observer trunk(wire.host(0), "trunk0");
  for (const unsigned n : {0U, 50U, 99U}) {
    CAPTURE(n);
    const auto vid = static_cast<std::uint16_t>(100 + n);
    CHECK(daemon.json({"show", std::to_string(10000 + n)}).at(0).at("vlan") == vid);
    const std::string device = "vx" + std::to_string(n);
    add_kernel_vxlan(wire.host(1), {.self = 1, .vni = 10000 + n, .device = device, .network = 10 + n / 10},
                     "remote 192.0.2.1");
    Observer far(wire.host(1), device);
    const Bytes out = test_frame(kStation, kBroadcast, n);
    const Bytes back = test_frame(overlay_mac(1), kBroadcast, n);
    send_frame(wire.host(0), "trunk0", tagged(out, vid));
    send_frame(wire.host(1), device, back);
    CHECK(far.wait_for(1, Direction::kIn, is(out)));
    CHECK(trunk.wait_for(1, Direction::kIn, is(tagged(back, vid))));
  }
  send_frame(wire.host(0), "trunk0", tagged(test_frame(kStation, kBroadcast), 200));
  send_frame(wire.host(0), "trunk0", tagged(test_frame(kStation, kBroadcast), 99));
  CHECK(eventually([&] { return daemon.global_drops("vlan_unmapped") >= 2; }));
}
