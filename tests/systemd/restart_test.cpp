// Tunnels outlive the daemon: restarts, crashes and the service manager's part in both. How much of it is set
// by the environment; by default it is little:
//   VXTAP_TRANSFER_BYTES  each way through the tunnel, under the restarts
//   VXTAP_RESTARTS        systemctl restart, under that transfer
//   VXTAP_CRASHES         kill -9, likewise
//   VXTAP_FAST_RESTARTS   one behind the other, without traffic
//   VXTAP_STOPPED_TAPS    interfaces that are deleted together
#include <chrono>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "lab/environment.hpp"
#include "lab/link_watch.hpp"
#include "lab/many_segments.hpp"
#include "lab/packets.hpp"
#include "lab/running_tunnel.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

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
  std::vector<std::function<void()>> interruptions(setting("VXTAP_RESTARTS", 2), [&] { tunnel.restart(); });
  interruptions.insert(interruptions.end(), setting("VXTAP_CRASHES", 1), [&] { tunnel.crash(); });
  tunnel.check_transfers(setting("VXTAP_TRANSFER_BYTES", 200'000'000), interruptions);
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

TEST_CASE("restart: a TAP that somebody renamed is served on") {
  RunningTunnel tunnel;
  tunnel.near().ip("link set vx42 name ren0");
  tunnel.restart();
  CHECK_FALSE(tunnel.has_tap());
  CHECK(reaches(tunnel.near(), "10.42.0.2"));
  CHECK_THAT(tunnel.machine.journal(kService), ContainsSubstring("somebody renamed it to 'ren0'"));
  tunnel.near().ip("link set ren0 name vx42");
}

TEST_CASE("restart: a TAP that somebody moved to another network namespace is served on there") {
  RunningTunnel tunnel;
  Host container;
  tunnel.near().ip("link set vx42 netns " + std::to_string(container.tid()));
  container.ip("address add 10.42.0.1/24 dev vx42");
  container.ip("link set vx42 up");
  REQUIRE(reaches(container, "10.42.0.2"));
  tunnel.restart();
  CHECK(reaches(container, "10.42.0.2"));
  CHECK_FALSE(tunnel.has_tap());
  CHECK_THAT(tunnel.machine.journal(kService), ContainsSubstring("TAP vx42 is in another network namespace"));
  tunnel.machine.must("systemctl stop vxtapd");
  CHECK_FALSE(container.interface_mtu("vx42").has_value());
}

TEST_CASE("stop: interfaces that go are deleted together, which systemd cannot do", "[stop]") {
  const auto others = setting("VXTAP_STOPPED_TAPS", 2);
  const std::string first = "vx43", last = "vx" + std::to_string(42 + others);
  ServedTunnel tunnel(near_config() + more_segments(43, others));
  tunnel.machine.must("systemctl start dbus");
  tunnel.start();
  LinkWatch links(tunnel.near());
  // One that goes with its last descriptor is of no group of interfaces.
  const auto went_in_group = [&](const std::string& tap) {
    const auto events = links.events(tap);
    const std::string latest = events.empty() ? "" : events.back();
    CHECK_THAT(latest, ContainsSubstring("Deleted"));
    CHECK_THAT(latest, !ContainsSubstring("group default"));
  };
  const auto timed = [&](const std::string& command) {
    const auto begin = std::chrono::steady_clock::now();
    tunnel.machine.must(command);
    const auto took = std::chrono::steady_clock::now() - begin;
    std::cout << command << ": " << std::chrono::duration_cast<milliseconds>(took).count() << " ms\n";
  };

  SECTION("by a stop") {
    timed("systemctl stop vxtapd");
    CHECK_FALSE(tunnel.has_tap());
    went_in_group("vx42");
    went_in_group(last);
  }
  SECTION("by a restart with a file that has fewer, which leaves the others alone") {
    tunnel.machine.write(kConfigFile, near_config());
    timed("systemctl restart vxtapd");
    went_in_group(first);
    went_in_group(last);
    CHECK(links.events("vx42").empty());
    CHECK(reaches(tunnel.near(), "10.42.0.2"));
  }
}

TEST_CASE("restart: what the last process left is refused whole when it is damaged or of another version") {
  const std::string of_each_file = "for file in /proc/1/fd/*; do case $(readlink $file) in *vxtapd-state*) ";
  const std::string files_with_state = of_each_file + "[ -s $file ] && echo x;; esac; done";
  RunningTunnel tunnel;
  std::string bytes, place, complaint;
  SECTION("damaged") {
    bytes = "damaged", place = "40", complaint = "its checksum is wrong";
  }
  SECTION("of another version") {
    bytes = "\\000\\000\\000\\143", place = "8", complaint = "its format has version 99";
  }
  // Both copies, as systemd holds them, written once at least, while nobody writes them.
  REQUIRE(eventually([&] { return tunnel.machine.command({"sh", "-c", files_with_state}).out == "x\nx\n"; }));
  tunnel.machine.must("systemctl kill --signal=STOP --kill-whom=main vxtapd");
  const auto spoiled = tunnel.machine.command(
      {"sh", "-c",
       of_each_file + "printf '" + bytes + "' | dd of=$file bs=1 conv=notrunc status=none seek=" + place +
           " && echo spoiled;; esac; done"});
  REQUIRE(spoiled.out == "spoiled\nspoiled\n");
  tunnel.crash();
  CHECK_THAT(tunnel.machine.journal(kService), ContainsSubstring("is not taken over: " + complaint));
  CHECK(reaches(tunnel.near(), "10.42.0.2"));
  CHECK_FALSE(tunnel.knows_silent_station());

  // And what it left itself is good again.
  send_frame(tunnel.far(), "vx42", test_frame("02:99:00:00:00:01", "ff:ff:ff:ff:ff:ff"));
  REQUIRE(eventually([&] { return tunnel.knows_silent_station(); }));
  tunnel.restart();
  CHECK(tunnel.knows_silent_station());
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
