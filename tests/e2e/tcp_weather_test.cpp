#include <future>
#include <sstream>

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
