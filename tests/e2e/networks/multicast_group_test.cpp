#include <algorithm>
#include <array>
#include <span>

#include "lab/departures.hpp"
#include "lab/everyday.hpp"
#include "lab/example.hpp"
#include "lab/packets.hpp"
#include "lab/setting.hpp"
#include "lab/traffic.hpp"

// Hosts 1 and 2 have vxtapd, hosts 3 and 4 what the setting says.

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr auto kName = "multicast-group";
constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";

struct Group {
  std::string address;
  std::string proc_file;   ///< of /proc/net
  std::string proc_entry;  ///< how the group stands there
  Bytes bytes;             ///< in a membership report
  Bytes reports_mac;       ///< where IGMPv3 (RFC 3376 4.2.14) and MLDv2 (RFC 3810 5.2.14) reports go
  std::string foreign;     ///< a source that is not of the network
};
const Group kIpv4Group{"224.1.1.1",   "igmp", "010101E0", {224, 1, 1, 1}, {0x01, 0, 0x5E, 0, 0, 0x16},
                       "198.51.100.7"};
const Group kIpv6Group{"ff0e::101",
                       "igmp6",
                       "ff0e0000000000000000000000000101",
                       {0xFF, 0x0E, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1},
                       {0x33, 0x33, 0, 0, 0, 0x16},
                       "2001:db8:77::7"};

const Group& group_of(Family family) {
  return family == Family::kIpv4 ? kIpv4Group : kIpv6Group;
}

std::string address(std::size_t host) {
  return overlay_address(host, Family::kIpv4);
}

std::string config(std::size_t host, Family family) {
  return example(kName, "h" + std::to_string(host + 1), family);
}

struct Site {
  explicit Site(const Setting& how, const WireOptions& options = {}) : setting(how), wire(4, options) {}

  bool is_kernel(std::size_t host) const { return host >= 2 && setting.peer == Peer::kKernel; }
  void join(std::size_t host) {
    if (is_kernel(host))
      add_kernel_vxlan(wire.host(host), {.self = host, .family = setting.family},
                       "group " + group_of(setting.family).address + " dev eth0");
    else
      daemons.at(host).emplace(wire.host(host), config(host, setting.family));
  }
  void leave(std::size_t host) {
    if (is_kernel(host))
      wire.host(host).ip("link del vx42");
    else
      daemons.at(host).reset();
  }
  Station station(std::size_t host) { return {wire.host(host), address(host)}; }

  const Setting setting;
  Wire wire;
  std::array<std::optional<Vxtapd>, 4> daemons;
};

bool joined(Host& host, const Group& group) {
  return host.proc_net(group.proc_file).find(group.proc_entry) != std::string::npos;
}

}  // namespace

TEST_CASE("multicast-group: three hosts find each other through the group") {
  const Setting setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  for (const std::size_t host : {0U, 1U, 2U}) site.join(host);
  for (const std::size_t from : {0U, 1U, 2U})
    for (const std::size_t to : {0U, 1U, 2U})
      if (from != to) CHECK(reaches(site.wire.host(from), address(to)));
  check_everyday_traffic(site.station(0), site.station(1));
  check_everyday_traffic(site.station(1), site.station(2));
}

TEST_CASE("multicast-group: a host joins late and one leaves, and the others never notice") {
  const Setting setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  for (const std::size_t host : {0U, 1U, 2U}) site.join(host);
  REQUIRE(reaches(site.wire.host(0), address(1)));
  REQUIRE(reaches(site.wire.host(0), address(2)));
  UdpFlow flow(site.wire.host(0), site.wire.host(1), address(1));
  REQUIRE(flow.goes_on());

  site.join(3);
  for (const std::size_t other : {0U, 1U, 2U}) {
    CHECK(reaches(site.wire.host(other), address(3)));
    CHECK(reaches(site.wire.host(3), address(other)));
  }
  REQUIRE(flow.goes_on());
  site.leave(2);
  REQUIRE(flow.goes_on());
  check_everyday_traffic({site.wire.host(0), address(0)}, {site.wire.host(3), address(3)});

  const auto result = flow.stop();
  CHECK(result.received == result.sent);
  CHECK(result.reordered == 0);
}

TEST_CASE("multicast-group: the group is joined, and hosts of another network are not heard") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const Group& group = group_of(family);
  Wire wire(2);
  Observer neighbour(wire.host(1), "eth0");
  Vxtapd daemon(wire.host(0), config(0, family));
  CHECK(joined(wire.host(0), group));
  CHECK(neighbour.wait_for(1, Direction::kIn, [&](const Bytes& frame) {
    return std::ranges::equal(group.reports_mac, std::span(frame).first(6)) &&
           std::search(frame.begin(), frame.end(), group.bytes.begin(), group.bytes.end()) != frame.end();
  }));

  const Bytes frame = vxlan(42, test_frame(overlay_mac(1), kBroadcast));
  Observer tap(wire.host(0), "vx42");
  send_underlying(wire, {.family = family, .source = group.foreign}, frame);
  CHECK(eventually([&] { return daemon.segment_drops(42, "source_not_accepted") == 1; }));
  send_underlying(wire, {.family = family}, frame);
  CHECK(tap.wait_for(1, Direction::kIn, is_test_frame));
  CHECK(tap.count(Direction::kIn, is_test_frame) == 1);

  daemon.stop();
  CHECK(eventually([&] { return !joined(wire.host(0), group); }));
}

TEST_CASE("multicast-group: one copy to the group, and unicast to the learned remote only") {
  const Setting setting = every_setting();
  CAPTURE(setting);
  const auto to = [&](const std::string& address) { return Copies{with_port(address, 4789)}; };
  const std::string group = group_of(setting.family).address;
  Site site(setting, {.tx_offload = false});
  site.daemons[0].emplace(site.wire.host(0), "workers: 1\n" + config(0, setting.family));
  site.join(1);
  site.join(2);
  REQUIRE(reaches(site.wire.host(0), address(1)));
  REQUIRE(reaches(site.wire.host(0), address(2)));

  Departures departures(site.wire);
  CHECK(departures.towards(kBroadcast, 1) == to(group));
  CHECK(departures.towards("01:00:5e:00:00:63", 1) == to(group));
  CHECK(departures.towards("02:99:00:00:00:01", 1) == to(group));
  for (const std::size_t host : {1U, 2U})
    CHECK(departures.towards(site.wire.host(host).interface_mac("vx42"), 1) ==
          to(underlay_address(host, setting.family)));
}
