// What a segment's settings and a VTEP's neighbours change about the cases of two_dataplanes_test.cpp.
#include "support/printing.hpp"
#include "two_vteps.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Texts = std::vector<std::string>;

namespace {

const auto kStranger = "198.51.100.9";

const MacAddress kMallory = mac("02:00:00:00:00:66");

/// One VTEP with alice behind it, whose packets from others the case writes itself.
struct OneVtep : Lab {
  Vtep& left;
  Host alice{kAlice, left.tap()};

  explicit OneVtep(SegmentPlan plan = {.flood_to = {kRight}}) : left(vtep(kLeft, std::move(plan))) {}

  void arrives(std::string_view source, const Bytes& frame, std::uint32_t number = 100) {
    left.underlay().arrive({.source = address(source),
                            .source_port = 50000,
                            .destination = remote(kLeft),
                            .tos = 0,
                            .payload = vxlan_datagram(vni(number), frame)});
    settle();
  }
  void arrives_from_bob(std::string_view source, std::string_view text) {
    arrives(source, ethernet_frame(kAlice, kBob, text));
  }
};

}  // namespace

TEST_CASE_METHOD(OneVtep, "a VNI that is not configured here is dropped before any segment") {
  arrives(kRight, ethernet_frame(kAlice, kBob, "lost"), 101);
  CHECK(alice.heard() == Texts{});
  CHECK(left.dropped_without_segment(DropReason::kVniUnknown) == 1);
  CHECK_FALSE(left.knows(kBob));
}

TEST_CASE("a source outside `accept` is not heard and teaches nothing") {
  OneVtep lab(
      {.flood_to = {kRight}, .accept = SourcePolicy::of({{address("203.0.113.0"), 24}}, {address(kRight)})});
  lab.arrives_from_bob(kStranger, "from nowhere");
  CHECK(lab.alice.heard() == Texts{});
  CHECK(lab.left.dropped(DropReason::kSourceNotAccepted) == 1);
  CHECK_FALSE(lab.left.knows(kBob));

  lab.arrives_from_bob(kRight, "from a peer");
  lab.arrives_from_bob("203.0.113.77", "from the prefix");
  CHECK(lab.alice.heard() == Texts{"from a peer", "from the prefix"});
  CHECK(lab.left.dropped(DropReason::kSourceNotAccepted) == 1);
}

TEST_CASE_METHOD(OneVtep, "a static entry pins its MAC to its remote") {
  left.pin(kBob, remote(kRight));
  arrives_from_bob(kStranger, "I am bob, believe me");
  CHECK(alice.heard() == Texts{});
  CHECK(left.dropped(DropReason::kFdbPinned) == 1);
  CHECK(left.knows(kBob) == remote(kRight));
  CHECK(left.account().moved == 0);

  arrives_from_bob(kRight, "I am bob");
  CHECK(alice.heard() == Texts{"I am bob"});
}

TEST_CASE_METHOD(OneVtep, "a static entry is used although its host never spoke, and does not age") {
  left.pin(kBob, remote(kRight, 8472));
  now += std::chrono::hours(24);
  CHECK(left.sweep(now) == 0);
  alice.says("hello", kBob);
  settle();
  REQUIRE(network.carried().size() == 1);
  CHECK(network.carried()[0].destination == remote(kRight, 8472));
  CHECK(left.totals().flooded == 0);
}

TEST_CASE_METHOD(OneVtep, "the TAP's own MAC from elsewhere is dropped, reported and not learned") {
  const auto own = MacAddress::from_u64(left.tap_state().mac);
  arrives(kRight, ethernet_frame(kAlice, own, "I am you"));
  CHECK(alice.heard() == Texts{});
  CHECK(left.dropped(DropReason::kOwnMac) == 1);
  CHECK(left.events() == Texts{"vni100: own MAC behind 192.0.2.2"});
  CHECK_FALSE(left.knows(own));
}

TEST_CASE("at the limit frames are forwarded but not learned") {
  OneVtep lab({.flood_to = {kRight}, .limit = 1});
  lab.arrives_from_bob(kRight, "first");
  lab.arrives(kRight, ethernet_frame(kAlice, kMallory, "second"));
  CHECK(lab.alice.heard() == Texts{"first", "second"});
  CHECK(lab.left.knows(kBob) == remote(kRight));
  CHECK_FALSE(lab.left.knows(kMallory));
  CHECK(lab.left.totals().fdb_full == 1);
  CHECK(lab.left.account().refused == 1);
  CHECK(lab.left.account().entries == 1);

  lab.arrives_from_bob(kStranger, "bob moves although the table is full");
  CHECK(lab.left.knows(kBob) == remote(kStranger));
  CHECK(lab.left.totals().fdb_full == 1);
}

TEST_CASE("without learning nothing is remembered and every source MAC is forwarded") {
  OneVtep lab({.flood_to = {kRight}, .learning = false});
  lab.arrives_from_bob(kStranger, "hello");
  lab.arrives(kRight, ethernet_frame(kAlice, MacAddress{}, "from MAC zero"));
  CHECK(lab.alice.heard() == Texts{"hello", "from MAC zero"});
  CHECK_FALSE(lab.left.knows(kBob));
  CHECK(lab.left.account().entries == 0);
}

TEST_CASE("unknown unicast is dropped where the segment says so; broadcast still floods") {
  OneVtep lab({.flood_to = {kRight}, .unknown_unicast = UnknownUnicast::kDrop});
  lab.alice.says("bob?", kBob);
  lab.settle();
  CHECK(lab.network.carried().empty());
  CHECK(lab.left.dropped(DropReason::kUnknownUnicast) == 1);

  lab.alice.tells_all("anybody?");
  lab.alice.says("multicast", mac("01:00:5e:00:00:01"));
  lab.settle();
  CHECK(lab.network.carried().size() == 2);

  lab.arrives_from_bob(kRight, "here");
  lab.alice.says("bob!", kBob);
  lab.settle();
  CHECK(lab.network.carried().size() == 3);
  CHECK(lab.left.dropped(DropReason::kUnknownUnicast) == 1);
}

TEST_CASE("a segment without remotes has nowhere to flood to but knows whom it heard") {
  OneVtep lab(SegmentPlan{});
  lab.alice.tells_all("anybody?");
  lab.settle();
  CHECK(lab.left.dropped(DropReason::kNoRemote) == 1);
  lab.arrives_from_bob(kRight, "me");
  lab.alice.says("good", kBob);
  lab.settle();
  CHECK(lab.network.destinations() == std::vector{address(kRight)});
}

TEST_CASE("ageing 0 means never") {
  OneVtep lab({.flood_to = {kRight}, .ageing_seconds = 0});
  lab.arrives_from_bob(kRight, "once");
  CHECK(lab.left.sweep(lab.now + std::chrono::hours(24 * 365)) == 0);
  CHECK(lab.left.knows(kBob) == remote(kRight));
}
