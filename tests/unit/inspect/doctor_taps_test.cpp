#include "support/catch.hpp"
#include "unit/inspect/healthy_facts.hpp"

using namespace vxtap;
using test::complaint;
using test::healthy_facts;

TEST_CASE("doctor: tap_state") {
  auto facts = healthy_facts();
  facts.links[test::kTap].up = false;
  CHECK(complaint(facts) ==
        "error tap_state tap vx42: down: frames for it are dropped -> ip link set vx42 up");
  facts.taps[0].wanted_up = false;
  CHECK(complaint(facts) == "hint tap_state tap vx42: down, as `up: false` leaves it -> ip link set vx42 up");
  facts = healthy_facts();
  facts.taps[0].open = false;
  CHECK(complaint(facts) ==
        "error tap_state tap vx42: the interface is gone -> `vxtapctl reload` makes it again, or `ip tuntap "
        "add vx42 "
        "mode tap multi_queue`");
  facts = healthy_facts();
  facts.taps[0].elsewhere = true;
  facts.links.erase(facts.links.begin() + test::kTap);
  CHECK(complaint(facts).find("tap_state") == std::string::npos);
  facts = healthy_facts();
  facts.links.erase(facts.links.begin() + test::kTap);
  CHECK_THAT(complaint(facts),
             Catch::Matchers::ContainsSubstring("error tap_state tap vx42: the interface is gone"));
}

TEST_CASE("doctor: tap_master") {
  auto facts = healthy_facts();
  facts.links[test::kTap].master = 0;
  CHECK(complaint(facts) == "error tap_master tap vx42: not in br0 -> ip link set vx42 master br0");
  facts.links.erase(facts.links.begin() + test::kBridge);
  CHECK(complaint(facts) ==
        "error tap_master tap vx42: not in br0, which does not exist -> ip link add br0 type bridge; ip link "
        "set vx42 "
        "master br0");
  facts.taps[0].master.clear();
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: tap_master that is down") {
  auto facts = healthy_facts();
  facts.links[test::kBridge].up = false;
  const std::string found =
      "error tap_master tap vx42: in br0, which is down: frames end there -> ip link set br0 up";
  CHECK(complaint(facts) == found);
  facts.taps[0].master.clear();  // it was put there by hand
  CHECK(complaint(facts) == found);
}

TEST_CASE("doctor: tap_mtu, against the narrowest path of all its segments") {
  auto facts = healthy_facts();
  facts.remotes[0].path_mtu = 1400;
  CHECK(complaint(facts) ==
        "warning tap_mtu tap vx42: mtu 1450, but the path to 192.0.2.2 leaves 1350 -> ip link set vx42 mtu "
        "1350 (and "
        "`mtu: auto` in the file), or raise the underlay's MTU to 1500");
  facts.remotes[0].path_mtu = std::nullopt;  // no route: another check's
  CHECK(complaint(facts) == "");
  facts.remotes[0].path_mtu = 1500;
  auto second = facts.remotes[0];
  second.local.address = test::address("2001:db8::1");
  second.remote.address = test::address("2001:db8::2");
  facts.remotes.push_back(second);
  facts.segments[0].remotes.push_back(1);
  CHECK_THAT(complaint(facts), Catch::Matchers::ContainsSubstring("the path to 2001:db8::2 leaves 1430"));
}

TEST_CASE("doctor: bridge_mtu") {
  auto facts = healthy_facts();
  facts.links[test::kPort].mtu = 1500;
  CHECK(complaint(facts) ==
        "warning bridge_mtu tap vx42: mtu 1450, but port0, another port of br0, has 1500: what is larger is "
        "dropped "
        "between them -> ip link set port0 mtu 1450 (and on the host behind it), or raise the underlay's MTU "
        "by 50");
  facts.links[test::kPort].master = 0;
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: tap_queue") {
  auto facts = healthy_facts();
  facts.taps[0].queue_drops = {12, 3};
  CHECK(complaint(facts) ==
        "warning tap_queue tap vx42: 3 lately, 12 in all frames found its queue full -> ip link set vx42 "
        "txqueuelen "
        "10000, or more `workers`");
  facts.taps[0].queue_drops.recent = 0;
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: duplicate_mac") {
  auto facts = healthy_facts();
  auto& own = facts.segments[0].drops[static_cast<std::size_t>(DropReason::kOwnMac)];
  own = {5, 5};
  CHECK_THAT(complaint(facts),
             Catch::Matchers::StartsWith("error duplicate_mac vni 42 blue: 5 frames came with the MAC"));
  own.recent = 0;
  CHECK(complaint(facts) == "");

  facts.taps.push_back({.name = "vx43", .open = true});
  facts.links.push_back(test::link(6, "vx43", 1450, "tun"));
  CHECK(complaint(facts) == "");
  facts.links.back().mac = facts.links[test::kTap].mac;
  CHECK_THAT(complaint(facts),
             Catch::Matchers::StartsWith("warning duplicate_mac tap vx43: has the MAC of vx42"));

  facts = healthy_facts();
  facts.held = {{*MacAddress::parse("02:00:00:00:00:99"), *Vni::from(42), "blue", test::address("192.0.2.2"),
                 test::address("192.0.2.3")}};
  CHECK_THAT(complaint(facts),
             Catch::Matchers::StartsWith(
                 "warning duplicate_mac mac 02:00:00:00:00:99: moves to and fro in vni 42 blue, "
                 "between 192.0.2.2 and 192.0.2.3"));
}
