#include "lab/observer.hpp"
#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";

struct Group {
  Family family;
  std::string address;
  std::string proc_file;   ///< of /proc/net
  std::string proc_entry;  ///< how the group stands there
  std::string ethernet;    ///< the group's MAC on the wire
};
const Group kIpv4Group{Family::kIpv4, "239.1.1.1", "igmp", "010101EF", "01:00:5e:01:01:01"};
const Group kIpv6Group{Family::kIpv6, "ff0e::42", "igmp6", "ff0e0000000000000000000000000042",
                       "33:33:00:00:00:42"};

std::string group_config(std::size_t self, const Group& group) {
  return segment_config({.self = self, .family = group.family},
                        "mode: multicast-group, group: \"" + group.address + "\"", "", "device: eth0");
}

void add_kernel_member(Host& host, std::size_t self, const Group& group) {
  add_kernel_vxlan(host, {.self = self, .family = group.family}, "group " + group.address + " dev eth0");
}

bool joined(Host& host, const Group& group) {
  return host.proc_net(group.proc_file).find(group.proc_entry) != std::string::npos;
}

const Group& either_family() {
  return GENERATE(true, false) ? kIpv4Group : kIpv6Group;
}

}  // namespace

TEST_CASE("multicast: the group is joined while the daemon runs and left when it stops") {
  const Group& group = either_family();
  Wire wire(2);
  CHECK_FALSE(joined(wire.host(0), group));
  Vxtapd daemon(wire.host(0), group_config(0, group));
  CHECK(joined(wire.host(0), group));
  daemon.stop();
  CHECK(eventually([&] { return !joined(wire.host(0), group); }));
}

TEST_CASE("multicast: a broadcast leaves once, to the group, with TTL 1, and does not come back") {
  const Group& group = either_family();
  Wire wire(3, {.tx_offload = false});  // a packet socket would see a train as one packet
  Vxtapd first(wire.host(0), group_config(0, group));
  Vxtapd second(wire.host(1), group_config(1, group));
  add_kernel_member(wire.host(2), 2, group);
  Observer wire_out(wire.host(0), "eth0");
  Observer own_tap(wire.host(0), "vx42");
  Observer second_tap(wire.host(1), "vx42");
  Observer kernel_device(wire.host(2), "vx42");

  for (std::uint32_t mark = 0; mark < 10; ++mark)
    send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), kBroadcast, mark));

  REQUIRE(second_tap.wait_for(10, Direction::kIn, is_test_frame));
  REQUIRE(kernel_device.wait_for(10, Direction::kIn, is_test_frame));
  REQUIRE(reaches(wire.host(0), overlay_address(2, Family::kIpv4)));  // an echo would be here by now
  CHECK(second_tap.count(Direction::kIn, is_test_frame) == 10);
  CHECK(kernel_device.count(Direction::kIn, is_test_frame) == 10);
  CHECK(own_tap.count(Direction::kIn, is_test_frame) == 0);
  REQUIRE(wire_out.wait_for(10, Direction::kOut, carries_test_frame));
  const auto sent = wire_out.frames(Direction::kOut, carries_test_frame);
  REQUIRE(sent.size() == 10);
  const auto outer = parse_outer(sent.front());
  CHECK(outer->destination == group.address);
  CHECK(outer->destination_mac == group.ethernet);
  CHECK(outer->ttl == 1);
}

TEST_CASE("multicast: unicast goes to the learned remote only") {
  const Group& group = either_family();
  Wire wire(3);
  Vxtapd first(wire.host(0), group_config(0, group));
  Vxtapd second(wire.host(1), group_config(1, group));
  add_kernel_member(wire.host(2), 2, group);
  REQUIRE(reaches(wire.host(0), overlay_address(1, Family::kIpv4)));
  REQUIRE(first.learned_remote(overlay_mac(1)) == underlay_address(1, group.family));
  Observer wire_out(wire.host(0), "eth0");
  Observer second_tap(wire.host(1), "vx42");
  Observer third_wire(wire.host(2), "eth0");

  send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), overlay_mac(1)));

  REQUIRE(second_tap.wait_for(1, Direction::kIn, is_test_frame));
  REQUIRE(wire_out.wait_for(1, Direction::kOut, carries_test_frame));
  const auto sent = wire_out.frames(Direction::kOut, carries_test_frame);
  REQUIRE(sent.size() == 1);
  CHECK(parse_outer(sent.front())->destination == underlay_address(1, group.family));
  CHECK(parse_outer(sent.front())->ttl == 64);
  CHECK(third_wire.count(Direction::kIn, carries_test_frame) == 0);
}

TEST_CASE("multicast: all pairs reach each other, a host that joins later too") {
  const Group& group = either_family();
  Wire wire(4);
  Vxtapd first(wire.host(0), group_config(0, group));
  Vxtapd second(wire.host(1), group_config(1, group));
  add_kernel_member(wire.host(2), 2, group);
  for (const std::size_t from : {0U, 1U, 2U})
    for (const std::size_t to : {0U, 1U, 2U})
      if (from != to) CHECK(reaches(wire.host(from), overlay_address(to, Family::kIpv4)));

  Vxtapd late(wire.host(3), group_config(3, group));

  for (const std::size_t other : {0U, 1U, 2U}) {
    CHECK(reaches(wire.host(3), overlay_address(other, Family::kIpv4)));
    CHECK(reaches(wire.host(other), overlay_address(3, Family::kIpv6)));
  }
}

TEST_CASE("multicast: a TTL of the file's counts for the group too") {
  const Group& group = either_family();
  Wire wire(2, {.tx_offload = false});
  Vxtapd daemon(wire.host(0), segment_config({.self = 0, .family = group.family},
                                             "mode: multicast-group, group: \"" + group.address + "\"", "",
                                             "device: eth0, ttl: 5, df: set, tos: 0x28"));
  Observer wire_out(wire.host(0), "eth0");
  send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), kBroadcast));
  REQUIRE(wire_out.wait_for(1, Direction::kOut, carries_test_frame));
  const auto outer = parse_outer(wire_out.frames(Direction::kOut, carries_test_frame).front());
  CHECK(outer->ttl == 5);
  CHECK(int{outer->tos} == 0x28);
  CHECK(outer->dont_fragment == (group.family == Family::kIpv4));
}

TEST_CASE("multicast: the group leaves the flood list and comes back, and show names it all the while") {
  Wire wire(2);
  Vxtapd daemon(wire.host(0), group_config(0, kIpv4Group));
  const auto change = [&](const std::string& verb) {
    return daemon.ctl({"fdb", verb, "00:00:00:00:00:00", "--vni", "42", "--remote", "239.1.1.1"}).exit_code;
  };
  CHECK(change("append") == 1);  // it is there
  CHECK(change("del") == 0);
  CHECK(daemon.fdb("00:00:00:00:00:00").empty());
  CHECK(daemon.json({"show"}).as_array().at(0).as_object().at("group").as_string() == "239.1.1.1:4789");
  CHECK(change("append") == 0);
  CHECK(daemon.fdb("00:00:00:00:00:00").size() == 1);
}
