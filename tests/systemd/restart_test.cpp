// Tunnels outlive the daemon: restarts, crashes and the service manager's part in both. How much of it is set
// by the environment; by default it is little:
//   VXTAP_TRANSFER_BYTES  each way through the tunnel, under the restarts
//   VXTAP_RESTARTS        systemctl restart, under that transfer
//   VXTAP_CRASHES         kill -9, likewise
//   VXTAP_FAST_RESTARTS   one behind the other, without traffic
#include <chrono>
#include <cstdlib>
#include <future>
#include <iostream>

#include "lab/link_watch.hpp"
#include "lab/packets.hpp"
#include "lab/served_tunnel.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

constexpr auto kSilentStation = "02:99:00:00:00:01";

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::stoull(value);
}

/// A tunnel that runs, whose near end has learned a station that says nothing more, watched on both sides.
struct RunningTunnel : ServedTunnel {
  RunningTunnel() {
    start();
    REQUIRE(reaches(near(), "10.42.0.2"));
    send_frame(far(), "vx42", test_frame(kSilentStation, "ff:ff:ff:ff:ff:ff"));
    REQUIRE(eventually([&] { return knows_silent_station(); }));
    index = near().interface_index("vx42");
    near_links.emplace(near());
    far_links.emplace(far());
  }

  bool knows_silent_station() {
    return machine.must("vxtapctl -j fdb show").find(kSilentStation) != std::string::npos;
  }
  /// Neither end of the tunnel saw anything of the interfaces, and the FDB is what it was.
  void check_untouched() {
    CHECK(near_links->events("vx42") == std::vector<std::string>{});
    CHECK(far_links->events("vx42") == std::vector<std::string>{});
    CHECK(far_links->events("eth0") == std::vector<std::string>{});
    CHECK(near().interface_index("vx42") == index);
    CHECK(knows_silent_station());
  }

  void restart() { machine.must("systemctl restart vxtapd"); }
  /// Returns when systemd has started it anew.
  void crash() {
    const std::string before = machine.property(kService, "NRestarts");
    machine.must("systemctl kill --signal=KILL --kill-whom=main vxtapd");
    REQUIRE(eventually([&] {
      return machine.property(kService, "NRestarts") != before &&
             machine.property(kService, "ActiveState") == "active";
    }));
  }

  unsigned index = 0;
  std::optional<LinkWatch> near_links, far_links;
};

void print_losses(const std::string& what, UdpFlow& flow) {
  CHECK(flow.goes_on());
  const auto result = flow.stop();
  std::cout << what << ": lost " << result.sent - result.received << " of " << result.sent << " frames, "
            << result.reordered << " out of order\n";
}

/// Numbered frames each way, one a millisecond, while `interruption` runs; prints how many of them were lost.
template <typename Interruption>
void count_losses(RunningTunnel& tunnel, const std::string& name, const Interruption& interruption) {
  UdpFlow in(tunnel.far(), tunnel.near(), "10.42.0.1");
  UdpFlow out(tunnel.near(), tunnel.far(), "10.42.0.2");
  REQUIRE(in.goes_on());
  REQUIRE(out.goes_on());
  const auto begin = std::chrono::steady_clock::now();
  interruption();
  const auto took = std::chrono::steady_clock::now() - begin;
  std::cout << name << " of " << std::chrono::duration_cast<milliseconds>(took).count() << " ms\n";
  print_losses("  to the TAP", in);
  print_losses("  from the TAP", out);
}

}  // namespace

TEST_CASE("restart: restarts and crashes under a TCP transfer each way", "[transfer]") {
  RunningTunnel tunnel;
  const std::uint64_t bytes = setting("VXTAP_TRANSFER_BYTES", 200'000'000);
  const std::uint64_t restarts = setting("VXTAP_RESTARTS", 2);
  const std::uint64_t crashes = setting("VXTAP_CRASHES", 1);
  const auto received = [&] { return tunnel.far().interface_packets("vx42").received_bytes; };
  const std::uint64_t before = received();
  auto out = std::async(std::launch::async,
                        [&] { return tcp_transfer(tunnel.near(), tunnel.far(), "10.42.0.2", bytes); });
  auto back = std::async(std::launch::async,
                         [&] { return tcp_transfer(tunnel.far(), tunnel.near(), "10.42.0.1", bytes); });
  const auto under_way = [&] { return out.wait_for(milliseconds(1)) != std::future_status::ready; };
  for (std::uint64_t i = 0; i < restarts + crashes; ++i) {
    // Spread over the transfer.
    const std::uint64_t due = before + bytes / (restarts + crashes + 1) * (i + 1);
    while (received() < due && under_way()) continue;
    CHECK(under_way());
    if (i < restarts)
      tunnel.restart();
    else
      tunnel.crash();
  }
  CHECK(out.get() == "");
  CHECK(back.get() == "");
  tunnel.check_untouched();
}

TEST_CASE("restart: of a changed file what stays is kept, what went is given up, and what is new is made") {
  const std::string red = "  - {vni: 43, name: red, tap: vx43, peers: {mode: unicast, remote: 192.0.2.2}}\n";
  const std::string green =
      "  - {vni: 44, name: green, tap: vx44, peers: {mode: unicast, remote: 192.0.2.2}}\n";
  RunningTunnel tunnel;
  tunnel.machine.write(kConfigFile, near_config() + red);
  tunnel.machine.must("systemctl reload vxtapd");
  tunnel.machine.write(kConfigFile, near_config() + green);
  tunnel.restart();
  CHECK_FALSE(tunnel.near().interface_mtu("vx43").has_value());
  CHECK(tunnel.near().interface_mtu("vx44").has_value());
  CHECK(reaches(tunnel.near(), "10.42.0.2"));
  tunnel.check_untouched();
}

TEST_CASE("restart: frames lost by a restart and by a crash", "[losses]") {
  RunningTunnel tunnel;
  for (std::uint64_t i = 0; i < setting("VXTAP_RESTARTS", 1); ++i)
    count_losses(tunnel, "restart", [&] { tunnel.restart(); });
  for (std::uint64_t i = 0; i < setting("VXTAP_CRASHES", 1); ++i)
    count_losses(tunnel, "crash", [&] { tunnel.crash(); });
  tunnel.check_untouched();
}

TEST_CASE("restart: many restarts in a row", "[fast]") {
  RunningTunnel tunnel;
  const std::string stored = tunnel.machine.property(kService, "NFileDescriptorStore");
  CHECK(stored != "0");
  for (std::uint64_t i = 0; i < setting("VXTAP_FAST_RESTARTS", 100); ++i) tunnel.restart();
  CHECK(tunnel.machine.property(kService, "NFileDescriptorStore") == stored);
  CHECK(reaches(tunnel.near(), "10.42.0.2"));
  tunnel.check_untouched();
  tunnel.machine.must("systemctl stop vxtapd");
  CHECK_FALSE(tunnel.has_tap());
}
