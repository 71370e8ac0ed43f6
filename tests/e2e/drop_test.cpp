#include <vector>

#include "lab/overlay.hpp"
#include "lab/raw_peers.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// Each reason to refuse a packet from the underlay, by a packet made by hand: counted once for each packet,
// and nothing of it reaches the TAP. Host 0 runs vxtapd, host 1 is its remote, host 2 a stranger.

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr int kPackets = 5;
constexpr std::uint32_t kBad = 1;
constexpr std::uint32_t kGood = 2;
constexpr std::uint32_t kFlag = 0x08000000;
constexpr auto kStation = "02:99:00:00:00:01";
constexpr auto kPinned = "02:99:00:00:00:09";

struct BadPacket {
  std::string reason;
  bool before_segment;  ///< counted in the last `drops` of `stats -j`
  Bytes payload;
  Underlying way = {};
};

Bytes bad_frame() {
  return test_frame(kStation, overlay_mac(0), kBad);
}
Bytes bad_frame_from(const std::string& mac) {
  return test_frame(mac, overlay_mac(0), kBad);
}

Bytes cut(Bytes bytes, std::size_t size) {
  bytes.resize(size);
  return bytes;
}

/// A daemon that has all it needs to refuse, and an observer behind it.
struct Refuser {
  explicit Refuser(const std::string& underlay = "")
      : daemon(wire.host(0),
               segment_config({.self = 0}, "mode: unicast, remote: 192.0.2.2",
                              "fdb: {static: [{mac: \"02:99:00:00:00:09\", remote: 192.0.2.4}]}", underlay)),
        tap(wire.host(0), "vx42") {
    wire.host(0).sysctl("ipv4/conf/eth0/accept_local", "1");
  }

  std::int64_t drops(const BadPacket& bad) {
    return bad.before_segment ? daemon.global_drops(bad.reason) : daemon.segment_drops(42, bad.reason);
  }

  /// A good packet on the same way has been handed on: whatever was sent before it has been decided.
  void check_goodone_passes() {
    send_underlying(wire, {}, vxlan(42, test_frame(kStation, overlay_mac(0), kGood)));
    REQUIRE(tap.wait_for(++good, Direction::kIn, is_test_frame));
  }

  void check_refused(const BadPacket& bad) {
    CAPTURE(bad.reason, bad.payload);
    const auto before = drops(bad);
    for (int i = 0; i < kPackets; ++i) send_underlying(wire, bad.way, bad.payload);
    CHECK(eventually([&] { return drops(bad) >= before + kPackets; }));
    check_goodone_passes();
    CHECK(drops(bad) == before + kPackets);
    CHECK(tap.count(Direction::kIn, is_test_frame) == good);
  }

  Wire wire{3};
  Vxtapd daemon;
  Observer tap;
  std::size_t good = 0;
};

}  // namespace

TEST_CASE("drops before a segment is known: own address, truncated, no flag, unknown VNI") {
  Refuser refuser;
  const std::vector<BadPacket> bad_packets{
      {"own_address", true, vxlan(42, bad_frame()), {.source = "192.0.2.1"}},
      {"header_truncated", true, cut(vxlan(42, bad_frame()), 7)},
      {"header_truncated", true, {}},
      {"vni_flag_missing", true, vxlan(42, bad_frame(), 0)},
      {"vni_unknown", true, vxlan(43, bad_frame())},
      {"vni_unknown", true, vxlan(0xFFFFFF, bad_frame())},
  };
  for (const auto& bad : bad_packets) refuser.check_refused(bad);
}

TEST_CASE("drops of a segment: stranger, reserved bits, truncated, own MAC, bad source, pinned") {
  Refuser refuser;
  const std::vector<BadPacket> bad_packets{
      {"source_not_accepted", false, vxlan(42, bad_frame()), {.from = 2}},
      {"reserved_bits", false, vxlan(42, bad_frame(), kFlag, 1)},
      {"reserved_bits", false, vxlan(42, bad_frame(), kFlag | 0x80000000)},
      {"reserved_bits", false, vxlan(42, bad_frame(), kFlag | 0x00000001)},
      {"inner_truncated", false, cut(vxlan(42, bad_frame()), 8 + 13)},
      {"inner_truncated", false, vxlan(42, {})},
      {"own_mac", false, vxlan(42, bad_frame_from(overlay_mac(0)))},
      {"inner_source_invalid", false, vxlan(42, bad_frame_from("00:00:00:00:00:00"))},
      {"inner_source_invalid", false, vxlan(42, bad_frame_from("01:00:5e:00:00:01"))},
      {"fdb_pinned", false, vxlan(42, bad_frame_from(kPinned))},
  };
  for (const auto& bad : bad_packets) refuser.check_refused(bad);
}

TEST_CASE("each single reserved bit is refused") {
  Refuser refuser;
  for (int bit = 0; bit < 32; ++bit)
    if (const std::uint32_t bits = std::uint32_t{1} << bit; bits != kFlag)
      send_underlying(refuser.wire, {}, vxlan(42, bad_frame(), kFlag | bits));
  for (int bit = 0; bit < 8; ++bit)
    send_underlying(refuser.wire, {}, vxlan(42, bad_frame(), kFlag, static_cast<std::uint8_t>(1 << bit)));
  CHECK(eventually([&] { return refuser.daemon.segment_drops(42, "reserved_bits") == 39; }));
  refuser.check_goodone_passes();
  CHECK(refuser.tap.count(Direction::kIn, is_test_frame) == 1);
}

TEST_CASE("a refused source teaches the FDB nothing") {
  Refuser refuser;
  send_underlying(refuser.wire, {.from = 2}, vxlan(42, bad_frame_from("02:99:00:00:00:05")));
  send_underlying(refuser.wire, {}, vxlan(42, bad_frame_from(overlay_mac(0))));
  refuser.check_goodone_passes();
  CHECK(refuser.daemon.fdb("02:99:00:00:00:05").empty());
  CHECK(refuser.daemon.fdb(overlay_mac(0)).empty());
  CHECK(refuser.daemon.learned_remote(kStation) == "192.0.2.2");
}

TEST_CASE("accept any lets a stranger in, accept with prefixes those inside") {
  SECTION("any") {
    Refuser refuser("accept: any");
    send_underlying(refuser.wire, {.from = 2}, vxlan(42, bad_frame()));
    CHECK(refuser.tap.wait_for(1, Direction::kIn, is_test_frame));
  }
  SECTION("prefixes") {
    Refuser refuser("accept: [192.0.2.3/32, 203.0.113.0/24]");
    send_underlying(refuser.wire, {.from = 2}, vxlan(42, bad_frame()));
    CHECK(refuser.tap.wait_for(1, Direction::kIn, is_test_frame));
    send_underlying(refuser.wire, {.from = 1}, vxlan(42, bad_frame()));
    CHECK(eventually([&] { return refuser.daemon.segment_drops(42, "source_not_accepted") == 1; }));
  }
}

TEST_CASE("a zero UDP checksum is accepted") {
  Refuser refuser;
  send_underlying(refuser.wire, {.checksum = false}, vxlan(42, test_frame(kStation, overlay_mac(0), kGood)));
  CHECK(refuser.tap.wait_for(1, Direction::kIn, is_test_frame));
}

TEST_CASE("a duplicate MAC is said in the log") {
  Refuser refuser;
  for (int i = 0; i < kPackets; ++i)
    send_underlying(refuser.wire, {}, vxlan(42, bad_frame_from(overlay_mac(0))));
  CHECK(eventually([&] { return refuser.daemon.log().find(overlay_mac(0)) != std::string::npos; }));
}
