// What VXLAN does, in cases: two or three dataplanes joined by a network in memory. Hosts speak, the network
// carries, and the case says who hears what.
#include <array>
#include <cerrno>

#include "support/printing.hpp"
#include "two_vteps.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Texts = std::vector<std::string>;

namespace {

const auto kGroup = "239.1.1.1";

const MacAddress kCarol = mac("02:00:00:00:00:0c");

/// Three VTEPs that each flood to `lists[i]`, with alice, bob and carol behind them.
struct ThreeVteps : Lab {
  Vtep& left;
  Vtep& right;
  Vtep& third;
  Host alice{kAlice, left.tap()};
  Host bob{kBob, right.tap()};
  Host carol{kCarol, third.tap()};

  explicit ThreeVteps(const std::array<std::vector<std::string>, 3>& lists)
      : left(vtep(kLeft, {.flood_to = lists[0]})),
        right(vtep(kRight, {.flood_to = lists[1]})),
        third(vtep(kThird, {.flood_to = lists[2]})) {}
};

struct Mesh : ThreeVteps {
  Mesh() : ThreeVteps({{{kRight, kThird}, {kLeft, kThird}, {kLeft, kRight}}}) {}
};

struct Group : ThreeVteps {
  Group() : ThreeVteps({{{kGroup}, {kGroup}, {kGroup}}}) {}
};

}  // namespace

TEST_CASE_METHOD(TwoVteps,
                 "unicast mode: an unknown MAC is flooded to the peer, and the peer's answer is not") {
  alice.says("who are you?", bob);
  settle();
  CHECK(bob.heard() == Texts{"who are you?"});
  CHECK(left.totals().flooded == 1);
  CHECK(right.knows(kAlice) == remote(kLeft));
  CHECK_FALSE(left.knows(kBob));

  bob.says("bob", alice);
  settle();
  CHECK(alice.heard() == Texts{"bob"});
  CHECK(right.totals().flooded == 0);
  CHECK(left.knows(kBob) == remote(kRight));

  alice.says("hello bob", bob);
  settle();
  CHECK(bob.heard() == Texts{"who are you?", "hello bob"});
  CHECK(left.totals().flooded == 1);
  CHECK(network.destinations() == std::vector{address(kRight), address(kLeft), address(kRight)});
}

TEST_CASE_METHOD(TwoVteps, "the wire carries the frame unchanged behind flags 0x08 and the VNI") {
  alice.says("hi", bob);
  settle();
  REQUIRE(network.carried().size() == 1);
  const Bytes header{0x08, 0, 0, 0, 0, 0, 100, 0};
  CHECK(network.carried()[0].payload == header + ethernet_frame(kBob, kAlice, "hi"));
}

TEST_CASE_METHOD(TwoVteps, "both directions count the inner frame's bytes") {
  alice.says("four", bob);
  settle();
  CHECK(left.totals().tx_packets == 1);
  CHECK(left.totals().tx_bytes == 18);
  CHECK(right.totals().rx_packets == 1);
  CHECK(right.totals().rx_bytes == 18);
  CHECK(left.totals().rx_packets == 0);
  CHECK(right.totals().tx_packets == 0);
}

TEST_CASE("VTEPs with IPv6 addresses do the same") {
  Lab lab;
  Vtep& left = lab.vtep("2001:db8::1", {.flood_to = {"2001:db8::2"}});
  Vtep& right = lab.vtep("2001:db8::2", {.flood_to = {"2001:db8::1"}});
  const Host alice{kAlice, left.tap()}, bob{kBob, right.tap()};
  alice.says("ping", bob);
  lab.settle();
  bob.says("pong", alice);
  lab.settle();
  CHECK(bob.heard() == Texts{"ping"});
  CHECK(alice.heard() == Texts{"pong"});
  CHECK(left.knows(kBob) == remote("2001:db8::2"));
}

TEST_CASE_METHOD(Group, "multicast group: one packet reaches all members but not its sender") {
  alice.tells_all("I am alice");
  settle();
  CHECK(network.destinations() == std::vector{address(kGroup)});
  CHECK(bob.heard() == Texts{"I am alice"});
  CHECK(carol.heard() == Texts{"I am alice"});
  CHECK(alice.heard() == Texts{});
  CHECK(left.dropped_without_segment(DropReason::kOwnAddress) == 1);
  CHECK(left.totals().flooded_copies == 1);
}

TEST_CASE_METHOD(Group, "multicast group: what was learned goes to one VTEP only") {
  alice.tells_all("I am alice");
  settle();
  bob.says("for alice alone", alice);
  settle();
  CHECK(alice.heard() == Texts{"for alice alone"});
  CHECK(carol.heard() == Texts{"I am alice"});
  CHECK(network.destinations() == std::vector{address(kGroup), address(kLeft)});
}

TEST_CASE_METHOD(Mesh, "static flood: every remote gets exactly one copy") {
  alice.tells_all("good morning");
  settle();
  CHECK(network.destinations() == std::vector{address(kRight), address(kThird)});
  CHECK(bob.heard() == Texts{"good morning"});
  CHECK(carol.heard() == Texts{"good morning"});
  CHECK(left.totals().flooded == 1);
  CHECK(left.totals().flooded_copies == 2);
  CHECK(left.totals().tx_packets == 1);
}

TEST_CASE_METHOD(Mesh, "static flood: a remote that fails costs its own copy and no other") {
  network.fail(remote(kRight), EHOSTUNREACH);
  alice.tells_all("good morning");
  alice.tells_all("anybody?");
  settle();
  CHECK(bob.heard() == Texts{});
  CHECK(carol.heard() == Texts{"good morning", "anybody?"});
  CHECK(left.dropped(DropReason::kUnderlaySendFailed) == 2);
  CHECK(left.totals().tx_packets == 2);
  CHECK(left.events() == Texts{"vni100: 192.0.2.2:4789 failed: No route to host",
                               "vni100: 192.0.2.2:4789 failed: No route to host"});

  network.fail(remote(kRight), 0);
  alice.tells_all("better now");
  settle();
  CHECK(bob.heard() == Texts{"better now"});
  CHECK(left.dropped(DropReason::kUnderlaySendFailed) == 2);
}

TEST_CASE_METHOD(Mesh, "a frame of which no copy left was not sent") {
  network.fail(remote(kRight), ENOBUFS);
  network.fail(remote(kThird), EPERM);
  alice.tells_all("good morning");
  settle();
  CHECK(left.dropped(DropReason::kUnderlaySendFailed) == 2);
  CHECK(left.totals().tx_packets == 0);
}

TEST_CASE_METHOD(Mesh, "split horizon: what came from the underlay never goes back there") {
  alice.tells_all("to all");
  alice.says("to a MAC nobody knows", mac("02:00:00:00:00:99"));
  settle();
  CHECK(network.carried().size() == 4);
  for (const Packet& packet : network.carried()) CHECK(packet.source == address(kLeft));
  CHECK(right.totals().tx_packets == 0);
  CHECK(third.totals().tx_packets == 0);
}

TEST_CASE_METHOD(Mesh, "split horizon: a frame for a MAC that is known elsewhere goes no further either") {
  carol.tells_all("I am carol");
  settle();
  REQUIRE(right.knows(kCarol) == remote(kThird));
  alice.says("strayed to the wrong VTEP", kCarol);
  left.pin(kCarol, remote(kRight));
  settle();
  CHECK(bob.heard().back() == "strayed to the wrong VTEP");
  CHECK(carol.heard() == Texts{});
}

TEST_CASE("a host that moves to another VTEP is followed from its first frame there") {
  Mesh lab;
  lab.bob.tells_all("I am bob");
  lab.settle();
  REQUIRE(lab.left.knows(kBob) == remote(kRight));

  const Host bob_migrated{kBob, lab.third.tap()};
  bob_migrated.tells_all("I moved");
  lab.settle();
  CHECK(lab.left.knows(kBob) == remote(kThird));
  CHECK(lab.left.account().moved == 1);
  CHECK(lab.left.events() == Texts{"vni100: 02:00:00:00:00:0b moved from 192.0.2.2 to 192.0.2.3"});

  lab.alice.says("hello again", bob_migrated);
  lab.settle();
  CHECK(lab.carol.heard().back() == "hello again");
}

TEST_CASE_METHOD(Mesh, "a MAC that is in two places at once is held and reported once") {
  const Host bobs_double{kBob, third.tap()};
  for (int i = 0; i < 20; ++i) {
    bob.tells_all("I am bob");
    settle();
    bobs_double.tells_all("no, I am");
    settle();
  }
  CHECK(left.account().moved == 5);
  CHECK(left.events().size() == 6);
  CHECK(left.events().back() == "vni100: 02:00:00:00:00:0b held at 192.0.2.3 against 192.0.2.2");
  CHECK(alice.heard().size() == 40);
}

TEST_CASE("two segments with the same MACs do not mix") {
  Lab lab;
  const std::vector<SegmentPlan> towards_right{{.vni = 100, .flood_to = {kRight}},
                                               {.vni = 200, .flood_to = {kThird}}};
  Vtep& left = lab.vtep(kLeft, towards_right);
  Vtep& right = lab.vtep(kRight, {.vni = 100, .flood_to = {kLeft}});
  Vtep& third = lab.vtep(kThird, {.vni = 200, .flood_to = {kLeft}});
  const Host red_alice{kAlice, left.tap(100)}, red_bob{kBob, right.tap(100)};
  const Host blue_alice{kAlice, left.tap(200)}, blue_bob{kBob, third.tap(200)};

  red_bob.tells_all("red bob");
  blue_bob.tells_all("blue bob");
  lab.settle();
  CHECK(left.knows(kBob, 100) == remote(kRight));
  CHECK(left.knows(kBob, 200) == remote(kThird));
  CHECK(left.account(100).moved == 0);

  red_alice.says("red", red_bob);
  blue_alice.says("blue", blue_bob);
  lab.settle();
  CHECK(red_bob.heard() == Texts{"red"});
  CHECK(blue_bob.heard() == Texts{"blue"});
  CHECK(red_alice.heard() == Texts{"red bob"});
  CHECK(blue_alice.heard() == Texts{"blue bob"});
}

TEST_CASE_METHOD(TwoVteps, "ageing: what is heard stays, what is only spoken to goes, and flooding resumes") {
  using std::chrono::seconds;
  alice.says("ping", bob);
  bob.says("pong", alice);
  settle();

  for (int minute = 0; minute < 10; ++minute) {
    now += seconds(60);
    bob.says("still here", alice);
    settle();
    left.sweep(now);
  }
  CHECK(left.knows(kBob) == remote(kRight));

  const auto silent_since = now;
  for (int minute = 0; minute < 5; ++minute) {
    now += seconds(60);
    alice.says("are you there?", bob);
    settle();
    CHECK(left.sweep(now) == 0);
  }
  now = silent_since + seconds(301);
  CHECK(left.sweep(now) == 1);
  CHECK_FALSE(left.knows(kBob));
  CHECK(left.account().aged == 1);
  CHECK(left.account().entries == 0);

  const auto flooded = left.totals().flooded;
  alice.says("where are you?", bob);
  settle();
  CHECK(left.totals().flooded == flooded + 1);
  CHECK(bob.heard().back() == "where are you?");
}
