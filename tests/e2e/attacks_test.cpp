#include <tins/tins.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "lab/observer.hpp"
#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/sockets.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// Attacks by many packets, which one packet does not show: each fails, is counted, costs the log a few lines,
// and leaves the tunnel as it is. What single packets try is in drop_test, fdb_control_test and monitor_test.
//
// Host 0 runs vxtapd; hosts 1 and 2 are its remotes, of which host 1 is the kernel's; host 3 is a stranger.

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr std::size_t kFlood = 5000;
constexpr std::size_t kAtOnce = 250;  // what the smallest socket buffer holds
constexpr std::size_t kFewLines = 5;
constexpr auto kVictim = "02:99:00:00:00:09";

std::string numbered_mac(std::size_t number) {
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "02:aa:00:00:%02x:%02x", static_cast<unsigned>(number >> 8 & 0xFF),
                static_cast<unsigned>(number & 0xFF));
  return text.data();
}

struct Site {
  explicit Site(const std::string& fdb = "") {
    wire.host(0).sysctl("ipv6/conf/default/disable_ipv6", "1");  // what leaves the TAP is the case's alone
    daemon.emplace(wire.host(0),
                   segment_config({.self = 0}, "mode: static-flood, remotes: [192.0.2.2, 192.0.2.3]", fdb));
    tap.emplace(wire.host(0), "vx42");
    add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  }

  std::int64_t drops(std::string_view reason) { return daemon->segment_drops(42, reason); }
  std::size_t log_lines() { return static_cast<std::size_t>(std::ranges::count(daemon->log(), '\n')); }
  bool answers() { return ping(wire.host(1), "10.42.0.1", 3).received == 3; }

  /// A test frame as host `from` would encapsulate it.
  Bytes packet(std::size_t from, const std::string& source, const std::string& destination,
               std::uint32_t vni = 42) {
    return underlying_frame({.from = from}, vxlan(vni, test_frame(source, destination)));
  }

  /// Sends all of them, no more at once than what takes them has room for. False when `taken` does not tell
  /// in time that each has arrived.
  bool flood(std::size_t from, const std::vector<Bytes>& packets, const std::function<std::size_t()>& taken) {
    const std::size_t before = taken();
    for (std::size_t sent = 0; sent < packets.size();) {
      const auto begin = packets.begin() + static_cast<std::ptrdiff_t>(sent);
      sent = std::min(sent + kAtOnce, packets.size());
      send_frames(wire.host(from), "eth0", {begin, packets.begin() + static_cast<std::ptrdiff_t>(sent)});
      if (!eventually([&] { return taken() >= before + sent; })) return false;
    }
    return taken() == before + packets.size();
  }

  Wire wire{4, {.tx_offload = false}};
  std::optional<Vxtapd> daemon;
  std::optional<Observer> tap;
};

/// A number of /proc/net/snmp, such as "Ip" and "ReasmReqds".
std::uint64_t snmp(Host& host, const std::string& group, const std::string& name) {
  std::istringstream lines(host.proc_net("snmp"));
  std::string names;
  std::string values;
  while (std::getline(lines, names) && std::getline(lines, values))
    if (names.starts_with(group + ":")) break;
  std::istringstream name_of(names);
  std::istringstream value_of(values);
  for (std::string word, value; name_of >> word && value_of >> value;)
    if (word == name) return std::stoull(value);
  throw std::runtime_error("no " + group + " " + name);
}

/// The first piece of a datagram whose others never come.
Bytes lone_fragment(std::size_t id) {
  const Bytes whole = underlying_frame({}, vxlan(42, test_frame(kVictim, "ff:ff:ff:ff:ff:ff")));
  Tins::EthernetII frame(whole.data(), static_cast<std::uint32_t>(whole.size()));
  auto& ip = frame.rfind_pdu<Tins::IP>();
  ip.id(static_cast<std::uint16_t>(id));
  ip.flags(Tins::IP::MORE_FRAGMENTS);
  return frame.serialize();
}

}  // namespace

TEST_CASE("attack: no frame of one remote goes to another remote, nor back") {
  const std::string destination = GENERATE(as<std::string>(), "ff:ff:ff:ff:ff:ff", "01:00:5e:01:02:03",
                                           "02:99:00:00:00:77", kVictim);  // the last is behind host 2
  CAPTURE(destination);
  Site site("fdb: {static: [{mac: \"02:99:00:00:00:09\", remote: 192.0.2.3}]}");
  REQUIRE(site.answers());
  const Observer wire(site.wire.host(0), "eth0");
  const auto flooded = site.daemon->stat(42, {"flooded"});
  const auto sent = site.daemon->stat(42, {"tx", "packets"});

  const std::vector<Bytes> packets(100, site.packet(1, numbered_mac(1), destination));
  CHECK(site.flood(1, packets, [&] { return site.tap->count(Direction::kIn, is_test_frame); }));

  CHECK(site.daemon->stat(42, {"flooded"}) == flooded);
  CHECK(site.daemon->stat(42, {"tx", "packets"}) == sent);
  send_frame(site.wire.host(0), "vx42", test_frame(overlay_mac(0), destination));  // what would show it
  REQUIRE(wire.wait_for(1, Direction::kOut, carries_test_frame));
  CHECK(site.answers());
  CHECK(wire.count(Direction::kOut, carries_test_frame) == (destination == kVictim ? 1 : 2));
}

TEST_CASE("attack: a scan for VNIs is not answered, and costs the log nothing") {
  constexpr std::uint32_t kStride = 3355;  // 5000 steps of it go through all 2^24
  const std::size_t from = GENERATE(1U, 3U);
  CAPTURE(from);
  Site site;
  REQUIRE(site.answers());
  std::vector<Bytes> packets;
  for (std::uint32_t vni = 0; packets.size() < kFlood; vni += kStride)
    packets.push_back(site.packet(from, numbered_mac(1), "ff:ff:ff:ff:ff:ff", vni == 42 ? 43 : vni));
  const auto lines = site.log_lines();
  const auto entries = site.daemon->stat(42, {"fdb", "entries"});
  const Observer scanner(site.wire.host(from), "eth0");

  CHECK(site.flood(from, packets,
                   [&] { return static_cast<std::size_t>(site.daemon->global_drops("vni_unknown")); }));

  const auto is_answer = [](const Bytes& frame) {
    return frame.size() > 13 && frame[12] == 8 && frame[13] == 0;
  };
  CHECK(scanner.count(Direction::kIn, is_answer) == 0);
  CHECK(site.tap->count(Direction::kIn, is_test_frame) == 0);
  CHECK(site.daemon->stat(42, {"fdb", "entries"}) == entries);
  CHECK(site.log_lines() <= lines + kFewLines);
  CHECK(site.answers());
}

TEST_CASE("attack: a stranger's flood is counted, teaches nothing and costs the log nothing") {
  Site site;
  REQUIRE(site.answers());
  const auto learned = site.daemon->stat(42, {"fdb", "learned"});
  const auto lines = site.log_lines();
  std::vector<Bytes> packets;
  for (std::size_t number = 0; number < kFlood; ++number)
    packets.push_back(site.packet(3, numbered_mac(number), overlay_mac(0)));

  CHECK(site.flood(3, packets, [&] { return static_cast<std::size_t>(site.drops("source_not_accepted")); }));

  CHECK(site.tap->count(Direction::kIn, is_test_frame) == 0);
  CHECK(site.daemon->stat(42, {"fdb", "learned"}) == learned);
  CHECK(site.log_lines() <= lines + kFewLines);
  CHECK(site.answers());
}

TEST_CASE("attack: a flood of MACs ends at the limit, and takes no place from who is known") {
  constexpr std::int64_t kLimit = 100;
  Site site("fdb: {limit: 100, static: [{mac: \"02:99:00:00:00:09\", remote: 192.0.2.3}]}");
  REQUIRE(site.answers());
  REQUIRE(site.daemon->learned_remote(overlay_mac(1)) == "192.0.2.2");
  const auto lines = site.log_lines();
  std::vector<Bytes> packets;
  for (std::size_t number = 0; number < kFlood; ++number)
    packets.push_back(site.packet(2, numbered_mac(number), overlay_mac(0)));

  CHECK(site.flood(2, packets, [&] { return site.tap->count(Direction::kIn, is_test_frame); }));

  CHECK(site.daemon->stat(42, {"fdb", "entries"}) == kLimit);
  // Two places were taken before.
  CHECK(site.daemon->stat(42, {"fdb", "refused"}) == static_cast<std::int64_t>(kFlood) - (kLimit - 2));
  CHECK(site.daemon->learned_remote(kVictim) == "192.0.2.3");
  CHECK(site.daemon->learned_remote(overlay_mac(1)) == "192.0.2.2");
  CHECK(site.log_lines() <= lines + kFewLines);

  // What the administrator adds has its place all the same, of what the flooder took.
  constexpr auto kPinned = "02:99:00:00:00:0a";
  CHECK(site.daemon->ctl({"fdb", "add", kPinned, "--vni", "42", "--remote", "192.0.2.2"}).exit_code == 0);
  CHECK(site.daemon->learned_remote(kPinned) == "192.0.2.2");
  CHECK(site.daemon->stat(42, {"fdb", "entries"}) == kLimit);
  CHECK(site.daemon->learned_remote(overlay_mac(1)) == "192.0.2.2");
  CHECK(site.answers());
}

TEST_CASE("attack: after a flood of MACs another remote's find their places, and keep them") {
  constexpr std::int64_t kLimit = 100;
  constexpr std::size_t kShare = (kLimit - 1) / 2;  // a static entry has one
  Site site("fdb: {limit: 100, static: [{mac: \"02:99:00:00:00:09\", remote: 192.0.2.3}]}");
  REQUIRE(site.answers());
  const auto flood = [&](std::size_t from, std::size_t first, std::size_t count) {
    std::vector<Bytes> packets;
    for (std::size_t number = first; number < first + count; ++number)
      packets.push_back(site.packet(from, numbered_mac(number), overlay_mac(0)));
    return site.flood(from, packets, [&] { return site.tap->count(Direction::kIn, is_test_frame); });
  };
  const auto learned_behind = [&](std::string_view remote) {
    const auto entries = site.daemon->json({"fdb", "show"}).as_array();
    return static_cast<std::size_t>(std::ranges::count_if(entries, [&](const auto& entry) {
      return entry.at("dst").as_string() == remote && entry.at("state") == "reachable";
    }));
  };
  REQUIRE(flood(2, 0, kFlood));
  REQUIRE(learned_behind("192.0.2.3") == kLimit - 2);

  REQUIRE(flood(1, 10'000, 20));
  CHECK(learned_behind("192.0.2.2") == 21);
  REQUIRE(flood(2, 20'000, kFlood));
  CHECK(learned_behind("192.0.2.2") == 21);
  CHECK(learned_behind("192.0.2.3") == kLimit - 1 - 21);
  REQUIRE(flood(1, 30'000, 200));
  CHECK(learned_behind("192.0.2.2") == kShare);
  CHECK(site.daemon->stat(42, {"fdb", "entries"}) == kLimit);
  CHECK(site.daemon->learned_remote(kVictim) == "192.0.2.3");
  CHECK(site.answers());
}

TEST_CASE("attack: a flood in the name of a static entry's MAC moves nothing") {
  Site site("fdb: {static: [{mac: \"02:99:00:00:00:09\", remote: 192.0.2.3}]}");
  REQUIRE(site.answers());
  const auto lines = site.log_lines();
  const std::vector<Bytes> packets(kFlood, site.packet(1, kVictim, overlay_mac(0)));

  CHECK(site.flood(1, packets, [&] { return static_cast<std::size_t>(site.drops("fdb_pinned")); }));

  CHECK(site.daemon->learned_remote(kVictim) == "192.0.2.3");
  CHECK(site.daemon->stat(42, {"fdb", "moved"}) == 0);
  CHECK(site.tap->count(Direction::kIn, is_test_frame) == 0);
  CHECK(site.log_lines() <= lines + kFewLines);
}

TEST_CASE("attack: a flood in the name of our own MAC is counted, and said once") {
  Site site;
  REQUIRE(site.answers());
  const auto lines = site.log_lines();
  const std::vector<Bytes> packets(kFlood, site.packet(1, overlay_mac(0), "ff:ff:ff:ff:ff:ff"));

  CHECK(site.flood(1, packets, [&] { return static_cast<std::size_t>(site.drops("own_mac")); }));

  CHECK(site.log_lines() == lines + 1);
  CHECK(site.answers());
}

TEST_CASE("attack: MACs that are made to move end held, a few moves each") {
  constexpr std::size_t kMacs = 200;
  constexpr std::size_t kMoves = 5;   // then a MAC is held
  constexpr std::size_t kRounds = 8;  // well within the 30 s of a hold
  Site site;
  REQUIRE(site.answers());
  const auto lines = site.log_lines();
  std::size_t delivered = 0;
  for (std::size_t round = 0; round < kRounds; ++round) {
    const std::size_t from = 1 + round % 2;
    std::vector<Bytes> packets;
    for (std::size_t number = 0; number < kMacs; ++number)
      packets.push_back(site.packet(from, numbered_mac(number), overlay_mac(0)));
    REQUIRE(site.flood(from, packets, [&] { return site.tap->count(Direction::kIn, is_test_frame); }));
    delivered += packets.size();
  }

  CHECK(site.tap->count(Direction::kIn, is_test_frame) == delivered);
  CHECK(site.daemon->stat(42, {"fdb", "moved"}) == static_cast<std::int64_t>(kMacs * kMoves));
  CHECK(site.daemon->learned_remote(numbered_mac(0)) == "192.0.2.3");
  CHECK(site.log_lines() <= lines + kFewLines);
}

TEST_CASE("attack: fragments that are never completed stay in the kernel, and pings pass meanwhile") {
  Site site;
  REQUIRE(site.answers());
  const auto received = site.daemon->stat(42, {"rx", "packets"});
  unsigned pings = 0;
  for (std::size_t sent = 0; sent < kFlood; sent += kAtOnce) {
    std::vector<Bytes> fragments;
    for (std::size_t at = 0; at < kAtOnce; ++at) fragments.push_back(lone_fragment(1 + sent + at));
    const auto before = snmp(site.wire.host(0), "Ip", "ReasmReqds");
    send_frames(site.wire.host(1), "eth0", fragments);
    REQUIRE(eventually([&] { return snmp(site.wire.host(0), "Ip", "ReasmReqds") == before + kAtOnce; }));
    pings += ping(site.wire.host(1), "10.42.0.1").received;
  }

  CHECK(pings == kFlood / kAtOnce);
  CHECK(site.tap->count(Direction::kIn, is_test_frame) == 0);
  CHECK(site.daemon->stat(42, {"rx", "packets"}) <= received + std::int64_t{2} * pings);  // ARP now and then
  CHECK(site.daemon->json({"stats"}).at("kernel").at("socket_overflows") == 0);
}

TEST_CASE("attack: frames larger than the TAP's MTU harm nothing") {
  constexpr std::size_t kLargest = 65507;  // of UDP over IPv4
  Site site;
  REQUIRE(site.answers());
  const auto lines = site.log_lines();
  Bytes inner = test_frame(numbered_mac(1), overlay_mac(0));
  inner.resize(GENERATE(std::size_t{1451 + 14}, std::size_t{9000}, kLargest - 8));
  CAPTURE(inner.size());
  const Bytes payload = vxlan(42, inner);
  const auto before = site.daemon->stat(42, {"rx", "packets"});
  const auto socket = connected_socket(site.wire.host(1), SOCK_DGRAM, Endpoint("192.0.2.1", 4789));
  for (unsigned count = 0; count < 50; ++count)
    REQUIRE(send(socket.get(), payload.data(), payload.size(), 0) == static_cast<ssize_t>(payload.size()));

  CHECK(eventually([&] { return site.daemon->stat(42, {"rx", "packets"}) >= before + 50; }));
  CHECK(site.log_lines() <= lines + kFewLines);
  CHECK(site.answers());
}
