// What `explain` tells beforehand is what the daemon then does: random frames over random configurations, by
// their counters. And the tool, from the command line to the text.
#include <tins/tins.h>

#include <random>

#include "lab/control_connection.hpp"
#include "lab/many_segments.hpp"
#include "lab/observer.hpp"
#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/pcap.hpp"
#include "lab/vxtapd.hpp"
#include "lab/wait.hpp"
#include "support/catch.hpp"
#include "support/seed.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;
namespace json = boost::json;

namespace {

constexpr int kConfigurations = 5;
constexpr int kFrames = 200;  // of each

const std::vector<std::string> kHosts{"02:99:00:00:00:01", "02:99:00:00:00:02", "02:99:00:00:00:03",
                                      "02:99:00:00:00:04", "02:99:00:00:00:05", "02:99:00:00:00:06"};
const std::vector<std::string> kGroups{"ff:ff:ff:ff:ff:ff", "01:00:5e:01:01:01"};
constexpr auto kNarrow = "192.0.2.3";          // its route has an MTU of 1400
constexpr auto kUnreachable = "198.51.100.9";  // there is no route

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  unsigned below(std::size_t limit) {
    return static_cast<unsigned>(std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_));
  }
  bool one_in(std::size_t n) { return below(n) == 0; }
  const std::string& of(const std::vector<std::string>& all) { return all[below(all.size())]; }

 private:
  std::mt19937 engine_;
};

std::string random_segment(Dice& dice, unsigned vni, const std::string& attachment) {
  const std::string peers = dice.of(
      {"mode: unicast, remote: 192.0.2.2", "mode: static-flood, remotes: []",
       std::string("mode: static-flood, remotes: [192.0.2.2, ") + kNarrow + "]",
       std::string("mode: static-flood, remotes: [192.0.2.2, ") + kNarrow + ", " + kUnreachable + "]"});
  std::string out = "  - vni: " + std::to_string(vni) + "\n" + attachment + "    peers: {" + peers + "}\n";
  out += "    fdb: {learning: " + dice.of({"true", "true", "false"}) +
         ", learn_port: " + dice.of({"true", "false"}) + ", unknown_unicast: " + dice.of({"flood", "drop"}) +
         ", limit: " + dice.of({"4", "1000"}) + ", static: [{mac: \"" + kHosts[0] +
         "\", remote: 192.0.2.2}, {mac: \"" + kHosts[1] + "\", remote: " + kNarrow + "}, {mac: \"" +
         kHosts[2] + "\", remote: " + kUnreachable + "}]}\n";
  if (dice.one_in(2))
    out += "    neighbour_suppression: true\n    neighbours: [{ip: 10.0.0.2, mac: \"" + kHosts[3] + "\"}]\n";
  return out;
}

std::string random_config(Dice& dice) {
  std::string out = "underlay: {local: 192.0.2.1, df: " + dice.of({"unset", "set", "inherit"}) +
                    ", tos: " + dice.of({"0", "16", "inherit"}) +
                    ", accept: " + dice.of({"peers", "any", "[192.0.2.2/32]"}) +
                    ", reserved_bits: " + dice.of({"strict", "ignore"}) + "}\nsegments:\n";
  const std::string tap = std::string("    tap: {name: vx42, mtu: 2000, mac: \"") + overlay_mac(0) + "\"}\n";
  out += random_segment(dice, 42, tap);
  if (dice.one_in(2)) out += random_segment(dice, 43, "    vlan: 10\n    tap: vx42\n");
  return out;
}

/// The numbers of `stats` that one frame can change, summed over segments and what no segment owns.
using Counts = std::map<std::string, std::int64_t>;

Counts counts_of(ControlConnection& control) {
  Counts out;
  const auto stats = control.call("stats");
  const auto add = [&](const std::string& name, const json::value& value) {
    out[name] += value.to_number<std::int64_t>();
  };
  const auto add_drops = [&](const json::value& drops) {
    for (const auto& [reason, count] : drops.as_object()) add("drop " + std::string(reason), count);
  };
  for (const auto& segment : stats.at("segments").as_array()) {
    for (const auto* way : {"tx", "rx"}) {
      add(std::string(way) + " packets", segment.at(way).at("packets"));
      add(std::string(way) + " bytes", segment.at(way).at("bytes"));
    }
    for (const auto* name : {"flooded", "flooded_copies", "suppressed"}) add(name, segment.at(name));
    for (const auto* name : {"learned", "moved", "refused", "entries"}) add(name, segment.at("fdb").at(name));
    add_drops(segment.at("drops"));
  }
  add_drops(stats.at("drops"));
  return out;
}

/// What an explanation says of them.
Counts predicted(const json::value& told, bool from_tap, Counts counts) {
  const auto verdict = std::string(told.at("verdict").as_string());
  const auto bytes = static_cast<std::int64_t>(told.at("inner").as_string().size() / 2);
  const auto& copies = told.at("remotes").as_array();
  std::int64_t listed = 0, sent = 0;
  for (const auto& copy : copies) {
    const auto& drop = copy.at("drop");
    if (drop.is_string()) ++counts["drop " + std::string(drop.as_string())];
    if (drop != json::value("too_big")) ++listed;
    if (drop.is_null()) ++sent;
  }
  if (copies.empty() && told.at("reason").is_string())
    ++counts["drop " + std::string(told.at("reason").as_string())];
  if (from_tap && sent > 0) {
    ++counts["tx packets"];
    counts["tx bytes"] += bytes;
  }
  const auto& steps = told.at("steps").as_array();
  const bool floods = std::ranges::any_of(steps, [](const json::value& step) {
    return step.at("step") == json::value("destination") &&
           std::string(step.at("why").as_string()).find("flooded to") != std::string::npos;
  });
  if (floods && listed > 0) {
    ++counts["flooded"];
    counts["flooded_copies"] += listed;
  }
  if (verdict == "answered") ++counts["suppressed"];
  if (verdict == "delivered") {
    ++counts["rx packets"];
    counts["rx bytes"] += bytes;
  }
  if (told.at("would_learn").is_null()) return counts;
  const auto outcome = std::string(told.at("would_learn").at("outcome").as_string());
  if (outcome == "learned") ++counts["learned"], ++counts["entries"];
  if (outcome == "moved") ++counts["moved"];
  if (outcome == "full") ++counts["refused"];
  return counts;
}

std::string hex(const Bytes& bytes) {
  static constexpr auto kDigits = "0123456789abcdef";
  std::string out;
  for (const auto byte : bytes) out += {kDigits[byte >> 4], kDigits[byte & 15]};
  return out;
}

/// A vxtapd with a random configuration, and frames for it. Nothing but them reaches it: the TAP has no
/// address and its host no IPv6.
class World {
 public:
  explicit World(unsigned seed) : dice_(seed), config_(random_config(dice_)) {
    wire_.host(0).sysctl("ipv6/conf/default/disable_ipv6", "1");
    wire_.host(0).sysctl("ipv4/conf/eth0/accept_local", "1");
    wire_.host(0).ip(std::string("route add ") + kNarrow + "/32 dev eth0 mtu 1400");
    daemon_.emplace(wire_.host(0), config_);
    control_.emplace(daemon_->config_file().parent_path() / "control.sock");
  }

  const std::string& config() const { return config_; }

  void try_one() { dice_.one_in(2) ? try_frame() : try_datagram(); }

 private:
  Dice dice_;
  const std::string config_;
  Wire wire_{2, {.tx_offload = false}};
  std::optional<Vxtapd> daemon_;
  std::optional<ControlConnection> control_;

  template <typename Send>
  void compare(const json::object& request, bool from_tap, Send send) {
    CAPTURE(request);
    const Counts before = counts_of(*control_);
    const auto told = control_->call("explain", request);
    REQUIRE(counts_of(*control_) == before);  // nothing was done
    const Counts wanted = predicted(told, from_tap, before);
    send();
    Counts now;
    eventually([&] { return (now = counts_of(*control_)) != before; });
    if (now != wanted) eventually([&] { return (now = counts_of(*control_)) == wanted; }, milliseconds(200));
    CAPTURE(told);
    REQUIRE(now == wanted);
  }

  void try_frame() {
    const Bytes frame =
        maybe_tagged(body(dice_.one_in(3) ? dice_.of(kGroups) : dice_.of(kHosts), overlay_mac(0)));
    compare({{"from", "tap"}, {"vni", 42}, {"frame", hex(frame)}}, true,
            [&] { send_frame(wire_.host(0), "vx42", frame); });
  }

  void try_datagram() {
    Underlying way{.source_port = static_cast<std::uint16_t>(50000 + dice_.below(3)),
                   .tos = static_cast<std::uint8_t>(dice_.one_in(2) ? dice_.below(256) : 0)};
    way.source = dice_.of({"192.0.2.2", "192.0.2.2", "192.0.2.2", kNarrow, "192.0.2.77", "192.0.2.1"});
    std::string from = dice_.of(kHosts);
    if (dice_.one_in(10)) from = dice_.of({overlay_mac(0), "00:00:00:00:00:00", kGroups[1]});
    Bytes payload =
        vxlan(dice_.one_in(10) ? 99 : 42 + dice_.below(2), maybe_tagged(body(dice_.of(kGroups), from)),
              dice_.one_in(12) ? 0U : 0x08000000U, dice_.one_in(12) ? std::uint8_t{1} : std::uint8_t{0});
    if (payload.size() > 1400) payload.resize(1400);
    if (dice_.one_in(12)) payload.resize(dice_.below(24));
    const json::object request{
        {"from", way.source}, {"port", way.source_port}, {"tos", way.tos}, {"datagram", hex(payload)}};
    compare(request, false, [&] { send_underlying(wire_, way, payload); });
  }

  Bytes maybe_tagged(Bytes frame) {
    if (!dice_.one_in(3)) return frame;
    const Bytes tag{0x81, 0, 0, static_cast<std::uint8_t>(10 * (1 + dice_.below(2)))};
    frame.insert(frame.begin() + 12, tag.begin(), tag.end());
    return frame;
  }

  Bytes body(const std::string& to, const std::string& from) {
    const Tins::EthernetII ethernet(to, from);
    const std::string filler(dice_.one_in(2) ? dice_.below(100) : 1200 + dice_.below(600), 'x');
    if (dice_.one_in(4))
      return Tins::ARP::make_arp_request("10.0.0." + std::to_string(2 + dice_.below(2)), "10.0.0.9", from)
          .serialize();
    if (dice_.one_in(3)) return test_frame(from, to, dice_.below(1000));
    Tins::IP ip("10.0.0.2", "10.0.0.9");
    ip.tos(static_cast<std::uint8_t>(dice_.below(256)));
    if (dice_.one_in(2)) ip.flags(Tins::IP::DONT_FRAGMENT);
    const auto port = static_cast<std::uint16_t>(1024 + dice_.below(60000));
    return (ethernet / ip / Tins::UDP(53, port) / Tins::RawPDU(filler)).serialize();
  }
};

}  // namespace

TEST_CASE("explain: what is told beforehand is what the daemon then counts") {
  const auto first = vxtap::test::some_seed();
  for (auto seed = first; seed < first + kConfigurations; ++seed) {
    World world(seed);
    CAPTURE(seed, world.config());
    for (int i = 0; i < kFrames; ++i) {
      CAPTURE(i);
      world.try_one();
    }
  }
}

TEST_CASE("explain: the outer headers are those that are then on the wire") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  Wire wire(2, {.tx_offload = false});
  wire.host(0).sysctl("ipv6/conf/default/disable_ipv6", "1");
  Vxtapd daemon(wire.host(0),
                segment_config({.self = 0, .family = family, .tap = ""}, unicast_to(1, family), "",
                               family == Family::kIpv4 ? "df: set, tos: 16" : "flow_label: 74565"));
  const Observer underlay(wire.host(0), "eth0");
  const Bytes frame = test_frame(overlay_mac(0), "02:99:00:00:00:01", 7);
  const auto told = daemon.json({"explain", "--vni", "42", "--from", "tap", "--frame", hex(frame)});
  send_frame(wire.host(0), "vx42", frame);
  REQUIRE(underlay.wait_for(1, Observer::Direction::kOut, carries_test_frame));
  const Bytes sent = underlay.frames(Observer::Direction::kOut, carries_test_frame).front();
  const auto outer = std::string(told.at("remotes").at(0).at("outer").at("bytes").as_string());
  const auto inner = std::string(told.at("inner").as_string());
  CHECK(outer + inner == hex(Bytes(sent.begin() + 14, sent.end())));
}

TEST_CASE("explain: the line that decided it, also after the control socket had its say") {
  Wire wire(2);
  wire.host(0).sysctl("ipv6/conf/default/disable_ipv6", "1");
  Vxtapd daemon(wire.host(0),
                "underlay:\n  local: 192.0.2.1\nsegments:\n  - vni: 42\n    tap: {name: vx42}\n"
                "    peers: {mode: unicast, remote: 192.0.2.2}\n    fdb:\n"
                "      unknown_unicast: drop  # no flooding here\n");
  const Arguments unknown{"explain", "--vni",        "42",    "--from", "tap",
                          "--src",   overlay_mac(0), "--dst", kHosts[0]};
  const auto file = daemon.config_file().string();
  CHECK(daemon.json(unknown).at("decided_by").as_string() ==
        file + ":9: unknown_unicast: drop  # no flooding here");
  const auto text = daemon.ctl(unknown);
  CHECK(text.exit_code == 0);
  CHECK_THAT(text.out, ContainsSubstring("dropped: unknown_unicast"));

  REQUIRE(daemon.ctl({"fdb", "add", kHosts[0], "--vni", "42", "--remote", "192.0.2.9"}).exit_code == 0);
  const auto forwarded = daemon.json(unknown);
  CHECK(forwarded.at("verdict") == "forwarded");
  CHECK(forwarded.at("decided_by") == "made over the control socket");
  const auto refused = daemon.ctl({"explain", "--vni", "7", "--from", "tap", "--frame", "00"});
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.err, ContainsSubstring("no such segment"));
}

TEST_CASE("explain: a loop into the own TAP or its bridge, and a TAP that is down") {
  Wire wire(2);
  wire.host(0).sysctl("ipv6/conf/default/disable_ipv6", "1");
  Vxtapd daemon(wire.host(0), segment_config({.self = 0, .tap = ""}, unicast_to(1)));
  const Arguments words{"explain", "--vni",        "42",    "--from", "tap",
                        "--src",   overlay_mac(0), "--dst", kHosts[0]};
  const auto note = [&] {
    const auto told = daemon.json(words);
    const auto& notes = told.at("notes").as_array();
    return notes.empty() ? std::string() : std::string(notes[0].as_string());
  };
  REQUIRE(daemon.ctl({"fdb", "add", kHosts[0], "--vni", "42", "--remote", kUnreachable}).exit_code == 0);
  CHECK(note() == "");
  const std::string route = std::string("route replace ") + kUnreachable + "/32 dev ";
  wire.host(0).ip(route + "eth0");
  CHECK(note() == "");
  wire.host(0).ip(route + "vx42");
  CHECK_THAT(note(), ContainsSubstring("leads into our own overlay, by vx42;"));
  const auto text = daemon.ctl(words).out;
  CHECK_THAT(text, ContainsSubstring("forwarded\n") && ContainsSubstring("  note  a loop: the route to") &&
                       ContainsSubstring("not asked: firewalls"));
  wire.host(0).ip("link add br0 type bridge");
  wire.host(0).ip("link set br0 up");
  wire.host(0).ip("link set vx42 master br0");
  wire.host(0).ip(route + "br0");
  CHECK_THAT(note(), ContainsSubstring("by br0, a bridge with vx42 as a port;"));
  wire.host(0).ip("link set vx42 down");
  CHECK(eventually([&] { return note().starts_with("a loop") || note().starts_with("vx42 is down"); }));
  wire.host(0).ip(route + "eth0");
  CHECK(eventually([&] { return note().starts_with("vx42 is down: nothing can come from it"); }));
}

TEST_CASE("explain: a captured datagram is for the local VTEP that it was sent to, or for none") {
  Wire wire(2);
  wire.host(0).ip("addr add 192.0.2.11/24 dev eth0");
  const std::string peers = "    peers: {mode: unicast, remote: 192.0.2.2}\n";
  Vxtapd daemon(wire.host(0),
                "underlay: {local: 192.0.2.1}\nsegments:\n  - vni: 42\n    tap: {name: vx42}\n" + peers +
                    "  - vni: 42\n    name: other\n    underlay: {local: 192.0.2.11, port: 8472}\n"
                    "    tap: {name: vx43}\n" +
                    peers);
  const auto file = wire.host(0).directory() / "wire.pcap";
  const auto explained = [&](const std::string& to, std::uint16_t port) {
    write_pcap(file, {udp_frame({.source_mac = kHosts[1],
                                 .destination_mac = kHosts[2],
                                 .source = "192.0.2.2",
                                 .destination = to,
                                 .destination_port = port,
                                 .payload = vxlan(42, test_frame(kHosts[0], overlay_mac(0)))})});
    return daemon.ctl({"-j", "explain", "--pcap", file.string()});
  };
  const auto of = [&](const std::string& to, std::uint16_t port) {
    return boost::json::parse(explained(to, port).out);
  };
  CHECK(of("192.0.2.1", 4789).at("segment").at("tap") == "vx42");
  CHECK(of("192.0.2.11", 8472).at("segment").at("tap") == "vx43");
  CHECK(of("192.0.2.11", 8472).at("notes").as_array().empty());
  CHECK_THAT(explained("192.0.2.1", 8472).err, ContainsSubstring("on several local VTEPs"));

  daemon.rewrite("underlay: {local: 192.0.2.1}\nsegments:\n  - vni: 42\n    tap: {name: vx42}\n" + peers);
  REQUIRE(daemon.ctl({"reload"}).exit_code == 0);
  CHECK(of("192.0.2.1", 4789).at("notes").as_array().empty());
  for (const auto& [to, port] : {std::pair("192.0.2.1", 8472), std::pair("192.0.2.7", 4789)}) {
    const auto told = of(to, static_cast<std::uint16_t>(port));
    CHECK(told.at("verdict") == "delivered");
    CHECK(told.at("notes").at(0).as_string() ==
          "it was sent to " + std::string(to) + ":" + std::to_string(port) +
              ", where no local VTEP listens, and does not arrive; what follows is "
              "as if it had been sent to 192.0.2.1:4789");
  }
}
