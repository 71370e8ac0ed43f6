#include <future>
#include <optional>
#include <sstream>
#include <tuple>

#include "lab/traffic.hpp"
#include "lab/tunnel.hpp"
#include "support/catch.hpp"

// TCP as it is when the network is not at its best.

using namespace vxtap::lab;

namespace {

constexpr std::uint64_t kBytes = 10'000'000;

struct Weather {
  Peer peer = GENERATE(Peer::kKernel, Peer::kVxtapd);
  bool tx_offload = GENERATE(true, false);
  Tunnel tunnel{peer, Family::kIpv4, {.tx_offload = tx_offload}};

  void sysctl(const std::string& path, const std::string& value) {
    tunnel.near().sysctl(path, value);
    tunnel.far().sysctl(path, value);
  }
  /// A rule on what either host receives from the underlay.
  void on_arrival(const std::string& rule) {
    for (Host* host : {&tunnel.near(), &tunnel.far()}) {
      host->must("nft add table ip weather");
      host->must("nft add chain ip weather arrival { type filter hook input priority 0 ; }");
      host->must("nft add rule ip weather arrival udp dport 4789 " + rule);
    }
  }
  void check_transfers() {
    CAPTURE(peer == Peer::kKernel, tx_offload);
    REQUIRE(reaches(tunnel.near(), "10.42.0.2"));
    CHECK(tcp_transfer(tunnel.near(), tunnel.far(), "10.42.0.2", kBytes) == "");
    CHECK(tcp_transfer(tunnel.far(), tunnel.near(), "10.42.0.1", kBytes) == "");
  }
};

/// A number of the IpExt or TcpExt lines in /proc/net/netstat: a line of names, then one of values.
std::uint64_t extended_count(Host& host, const std::string& name) {
  std::istringstream lines(host.proc_net("netstat"));
  for (std::string names, values; std::getline(lines, names) && std::getline(lines, values);) {
    std::istringstream name_words(names), value_words(values);
    for (std::string word, value; name_words >> word && value_words >> value;)
      if (word == name) return std::stoull(value);
  }
  throw std::runtime_error("no counter " + name);
}

}  // namespace

TEST_CASE("tcp weather: ECN, and marks made on the underlay reach the connection") {
  Weather weather;
  weather.sysctl("ipv4/tcp_ecn", "1");
  weather.on_arrival("ip ecn ect0 numgen random mod 10 < 1 ip ecn set ce");
  weather.check_transfers();
  // The outer packets are marked behind this counter: what it counts are the inner ones.
  CHECK(extended_count(weather.tunnel.near(), "InCEPkts") > 0);
  CHECK(extended_count(weather.tunnel.far(), "InCEPkts") > 0);
}

TEST_CASE("tcp weather: SACK with one packet in a hundred lost on the underlay") {
  Weather weather;
  weather.sysctl("ipv4/tcp_sack", "1");
  weather.on_arrival("numgen random mod 100 < 1 counter drop");
  weather.check_transfers();
  // Whole trains are few; single packets are so many that some were lost for certain.
  if (!weather.tx_offload)
    CHECK(weather.tunnel.far().must("nft list table ip weather").find("counter packets 0 ") ==
          std::string::npos);
}

TEST_CASE("tcp weather: packets that overtake one another on the underlay") {
  const bool kernel = GENERATE(true, false);
  CAPTURE(kernel);
  Wire wire(3, {.tx_offload = false});
  Host& near = wire.host(0);
  Host& far = wire.host(1);
  Host& detour = wire.host(2);
  Vxtapd near_daemon(near, segment_config({.self = 0}, unicast_to(1)));
  std::optional<Vxtapd> far_daemon;
  if (kernel)
    add_kernel_vxlan(far, {.self = 1}, "remote 192.0.2.1");
  else
    far_daemon.emplace(far, segment_config({.self = 1}, unicast_to(0)));
  REQUIRE(reaches(near, "10.42.0.2"));

  // One packet in twenty waits in the queue of a third host.
  detour.sysctl("ipv4/ip_forward", "1");
  for (const std::string one : {"all", "eth0"}) detour.sysctl("ipv4/conf/" + one + "/send_redirects", "0");
  for (Host* host : {&near, &far}) {
    host->ip("route add default via 192.0.2.3 table 100");
    host->ip("rule add fwmark 1 table 100");
    host->must("nft add table ip weather");
    host->must("nft add chain ip weather leaving { type route hook output priority mangle ; }");
    host->must("nft add rule ip weather leaving udp dport 4789 numgen inc mod 20 0 meta mark set 1");
  }
  const auto queue = [&](const std::string& rate) {
    detour.must("tc qdisc replace dev eth0 root tbf rate " + rate + " burst 2000 limit 10mb");
  };

  for (const auto& [from, to, address] :
       {std::tuple(&near, &far, "10.42.0.2"), std::tuple(&far, &near, "10.42.0.1")}) {
    queue("4kbit");
    UdpFlow flow(*from, *to, address);
    REQUIRE(flow.goes_on(1000));
    queue("20mbit");
    const auto result = flow.stop();
    CHECK(result.reordered > 0);
    CHECK(result.received == result.sent);
  }
  CHECK(tcp_transfer(near, far, "10.42.0.2", kBytes) == "");
  CHECK(tcp_transfer(far, near, "10.42.0.1", kBytes) == "");
}

TEST_CASE("tcp weather: without time stamps") {
  Weather weather;
  weather.sysctl("ipv4/tcp_timestamps", "0");
  weather.check_transfers();
}

TEST_CASE("tcp weather: the TAP's MTU changes under a transfer") {
  Weather weather;
  Tunnel& tunnel = weather.tunnel;
  REQUIRE(reaches(tunnel.near(), "10.42.0.2"));
  const bool outwards = GENERATE(true, false);
  auto transfer = std::async(std::launch::async, [&] {
    return outwards ? tcp_transfer(tunnel.near(), tunnel.far(), "10.42.0.2", 20 * kBytes)
                    : tcp_transfer(tunnel.far(), tunnel.near(), "10.42.0.1", 20 * kBytes);
  });
  unsigned changes = 0;
  while (transfer.wait_for(milliseconds(20)) != std::future_status::ready)
    tunnel.near().ip(changes++ % 2 == 0 ? "link set vx42 mtu 1200" : "link set vx42 mtu 1450");
  CHECK(transfer.get() == "");
  CHECK(changes >= 2);
}
