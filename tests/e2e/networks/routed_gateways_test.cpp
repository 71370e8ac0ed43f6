#include <tins/tins.h>

#include "lab/everyday.hpp"
#include "lab/example.hpp"
#include "lab/observer.hpp"
#include "lab/setting.hpp"
#include "lab/traffic.hpp"

// server 1 -- gateway 1 == VNI 10 == gateway 2 -- server 2

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;
using Direction = Observer::Direction;

namespace {

constexpr auto kName = "routed-gateways";
constexpr auto kClonedMac = "02:00:00:00:00:10";

std::string config(const std::string& host, Family family, const std::string& mac) {
  const std::string text = example(kName, host, family);
  return mac.empty() ? text : with_tap_key(text, "mac: \"" + mac + "\"");
}

struct Site {
  explicit Site(const Setting& setting, const std::string& mac = "") {
    if (setting.peer == Peer::kVxtapd)
      second.emplace(wire.host(1), config("gw2", setting.family, mac));
    else
      add_kernel_gateway(setting.family, mac);
    first.emplace(wire.host(0), config("gw1", setting.family, mac));
    for (const std::size_t side : {0U, 1U}) route(side);
  }

  Wire wire{2};
  Host server1, server2;
  std::optional<Vxtapd> first;
  std::optional<Vxtapd> second;

 private:
  void add_kernel_gateway(Family family, const std::string& mac) {
    Host& gateway = wire.host(1);
    add_kernel_device(gateway, {.self = 1, .family = family, .vni = 10, .device = "vx10"},
                      "remote " + underlay_address(0, family));
    if (!mac.empty()) gateway.ip("link set vx10 address " + mac);
    gateway.ip("addr add 1.1.1.2/24 dev vx10");
    gateway.ip("link set vx10 up");
  }

  /// The server's network behind a gateway, and what the files' heads say is to be typed beside them.
  void route(std::size_t side) {
    const std::string own = side == 0 ? "10.1.0." : "10.2.0.";
    Host& gateway = wire.host(side);
    Host& server = side == 0 ? server1 : server2;
    connect(gateway, "lan0", server, "eth0");
    gateway.ip("addr add " + own + "1/24 dev lan0");
    server.ip("addr add " + own + "2/24 dev eth0");
    server.ip("route add default via " + own + "1");
    gateway.must("sysctl -w net.ipv4.ip_forward=1");
    gateway.ip(side == 0 ? "route add 10.2.0.0/24 via 1.1.1.2" : "route add 10.1.0.0/24 via 1.1.1.1");
  }
};

bool is_echo(const Bytes& bytes) {
  const Tins::EthernetII frame(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  return frame.find_pdu<Tins::ICMP>() != nullptr;
}

/// TTL of the first echo or reply that came in.
unsigned ttl_of_echo(const Observer& observer) {
  REQUIRE(observer.wait_for(1, Direction::kIn, is_echo));
  const Bytes bytes = observer.frames(Direction::kIn, is_echo).front();
  return Tins::EthernetII(bytes.data(), static_cast<std::uint32_t>(bytes.size())).rfind_pdu<Tins::IP>().ttl();
}

}  // namespace

TEST_CASE("routed-gateways: the servers reach each other through two routers") {
  const Setting setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  CHECK(site.wire.host(0).interface_mac("vx10") != site.wire.host(1).interface_mac("vx10"));
  check_everyday_traffic({site.server1, "10.1.0.2"}, {site.server2, "10.2.0.2"});

  Observer requests(site.server2, "eth0");
  Observer replies(site.server1, "eth0");
  REQUIRE(ping(site.server1, "10.2.0.2").received == 1);
  REQUIRE(requests.wait_for(1, Direction::kIn, is_echo));
  REQUIRE(replies.wait_for(1, Direction::kIn, is_echo));
  CHECK(ttl_of_echo(requests) == 62);
  CHECK(ttl_of_echo(replies) == 62);
  CHECK(site.first->segment_drops(10, "own_mac") == 0);
}

TEST_CASE("routed-gateways: equal MACs are told, and another MAC set by hand mends it") {
  const Setting setting = every_setting();
  CAPTURE(setting);
  Site site(setting, kClonedMac);
  CHECK(ping(site.server1, "10.2.0.2", 1, milliseconds(500)).received == 0);
  CHECK(ping(site.server2, "10.1.0.2", 1, milliseconds(500)).received == 0);
  for (auto* daemon : {&site.first, &site.second}) {
    if (!daemon->has_value()) continue;  // the kernel drops such frames and says nothing
    CHECK(eventually([&] { return (*daemon)->segment_drops(10, "own_mac") > 0; }));
    CHECK_THAT((*daemon)->log(), ContainsSubstring("own MAC " + std::string(kClonedMac)));
  }

  site.wire.host(0).ip("link set vx10 address 02:00:00:00:00:11");
  CHECK(reaches(site.server1, "10.2.0.2"));
  CHECK(reaches(site.server2, "10.1.0.2"));
}
