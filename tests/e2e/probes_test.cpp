#include <algorithm>
#include <array>
#include <sstream>

#include "lab/bpftrace.hpp"
#include "lab/overlay.hpp"
#include "lab/raw_peers.hpp"
#include "support/catch.hpp"

// The static probes, seen by bpftrace: the examples of vxtapd(8), and every argument.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr auto kStation = "02:99:00:00:00:01";
constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";
constexpr std::array<const char*, 6> kProbes{"receive", "send", "learn", "move", "age", "drop"};

std::string unescaped(std::string roff) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kEscapes{
      {{"\\-", "-"}, {"\\(aq", "'"}, {"\\e", "\\"}}};
  for (const auto& [escape, meaning] : kEscapes)
    for (auto at = roff.find(escape); at != std::string::npos; at = roff.find(escape, at + meaning.size()))
      roff.replace(at, escape.size(), meaning);
  return roff;
}

/// The shell commands between .EX and .EE under PROBES.
std::vector<std::string> manual_examples() {
  const std::string page = read_file(VXTAP_SOURCE_DIR "/src/vxtapctl/man/vxtapd.8");
  const auto section = page.find(".SH PROBES\n");
  std::istringstream lines(page.substr(section, page.find("\n.SH ", section) - section));
  std::vector<std::string> examples;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == ".EX") examples.emplace_back();
    if (line == ".EX" || line == ".EE") inside = line == ".EX";
    if (inside && !line.starts_with('.')) examples.back() += unescaped(line) + "\n";
  }
  return examples;
}

/// What an example gives to bpftrace. All of them together are a program as well, which starts only once.
std::string program_of(const std::string& example) {
  const std::string start = "bpftrace -e '";
  const std::string end = "'\n";
  REQUIRE(example.starts_with(start));
  REQUIRE(example.ends_with(end));
  return example.substr(start.size(), example.size() - start.size() - end.size()) + "\n";
}

/// Prints all arguments of every probe, addresses as bytes.
std::string all_arguments() {
  const std::array<std::pair<std::string, std::string>, kProbes.size()> prints{{
      {"%d %d %rx %d", "arg0, arg1, buf(arg2, 16), arg3"},
      {"%d %d %d %rx %d %d", "arg0, arg1, arg2, buf(arg3, 16), arg4, arg5"},
      {"%d %012lx %rx %d", "arg0, arg1, buf(arg2, 16), arg3"},
      {"%d %012lx %rx %rx", "arg0, arg1, buf(arg2, 16), buf(arg3, 16)"},
      {"%d %012lx %rx %d", "arg0, arg1, buf(arg2, 16), arg3"},
      {"%u %s %d", "arg0, str(arg1), arg2"},
  }};
  std::string program;
  for (std::size_t i = 0; i < kProbes.size(); ++i)
    program += std::string("usdt:/usr/sbin/vxtapd:vxtapd:") + kProbes.at(i) + " { printf(\"" + kProbes.at(i) +
               " " + prints.at(i).first + "\\n\", " + prints.at(i).second + "); }\n";
  return program;
}

std::string two_digits(unsigned number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {kDigits[number / 16], kDigits[number % 16]};
}

/// A vxtapd that nobody else speaks to, and bpftrace beside it.
struct Site {
  explicit Site(const std::string& program, Family family = Family::kIpv4)
      : underlay(family),
        daemon(wire.host(0),
               segment_config({.self = 0, .family = family},
                              "mode: static-flood, remotes: [" + remotes() + "]", "fdb: {ageing: 3s}")),
        trace(daemon, program) {}

  std::string remotes() const {
    const std::string unreachable = underlay == Family::kIpv4 ? "198.51.100.9" : "2001:db8:9::9";
    return "\"" + underlay_address(1, underlay) + "\", \"" + underlay_address(2, underlay) + "\", \"" +
           unreachable + "\"";
  }
  void hear(const std::string& mac, std::size_t from, unsigned vni = 42) {
    send_underlying(wire, {.from = from, .family = underlay}, vxlan(vni, test_frame(mac, overlay_mac(0))));
  }
  bool prints(const std::string& text) {
    return eventually([&] { return trace.log().find(text) != std::string::npos; });
  }
  /// Has MACs learned until one is told: from now on nothing is missed.
  bool sees() {
    std::uint16_t number = 0;
    return eventually([&] {
      ++number;
      hear("02:99:00:01:" + two_digits(number >> 8) + ":" + two_digits(number & 0xFF), 1);
      return trace.log().find("02990001") != std::string::npos;
    });
  }
  void flood() { send_frame(wire.host(0), "vx42", test_frame(overlay_mac(0), kBroadcast)); }

  Family underlay;
  Wire wire{3};
  Vxtapd daemon;
  Bpftrace trace;
};

}  // namespace

TEST_CASE("probes: the manual's examples print what then happens") {
  std::string programs;
  for (const auto& example : manual_examples()) programs += program_of(example);
  for (const std::string probe : kProbes) CHECK_THAT(programs, ContainsSubstring(":" + probe + " "));
  Site site(programs);
  const bool sees = site.sees();
  INFO(site.trace.log());
  REQUIRE(sees);

  site.hear(kStation, 1);
  CHECK(site.prints("029900000001 learned from 192.0.2.2\n"));
  site.hear(kStation, 2);
  CHECK(site.prints("029900000001 moved from 192.0.2.2 to 192.0.2.3\n"));
  CHECK(site.prints("029900000001 aged, last at 192.0.2.3\n"));

  for (int i = 0; i < 3; ++i) site.hear(kStation, 1, 99);
  site.flood();
  REQUIRE(eventually([&] { return site.daemon.global_drops("vni_unknown") == 3; }));
  REQUIRE(eventually([&] { return site.daemon.stat(42, {"flooded"}) > 0; }));
  REQUIRE(site.trace.finish());
  const std::string log = site.trace.log();
  CHECK_THAT(log, ContainsSubstring("@received[42, 192.0.2.3]: 60\n"));
  CHECK_THAT(log, ContainsSubstring("@received[4294967295, 192.0.2.2]: 0\n"));
  CHECK_THAT(log, ContainsSubstring("@dropped[4294967295, vni_unknown]: 3\n"));
  CHECK_THAT(log, ContainsSubstring("@dropped[42, underlay_send_failed]: "));
  CHECK_THAT(log, ContainsSubstring("@sent[192.0.2.2, 0]: "));
  CHECK_THAT(log, ContainsSubstring("@sent[198.51.100.9, 101]: "));
}

TEST_CASE("probes: every argument, over IPv4 and IPv6") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  Site site(all_arguments(), family);
  const bool sees = site.sees();
  INFO(site.trace.log());
  REQUIRE(sees);
  const std::string network =
      family == Family::kIpv4
          ? "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\xff\\xff\\xc0\\x00\\x02\\x0"
          : "\\x20\\x01\\x0d\\xb8\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x0";

  site.hear(kStation, 1);
  CHECK(site.prints("receive 42 60 " + network + "2 55555\n"));
  CHECK(site.prints("learn 42 029900000001 " + network + "2 4789\n"));
  site.hear(kStation, 2);
  CHECK(site.prints("move 42 029900000001 " + network + "2 " + network + "3\n"));
  CHECK(site.prints("age 42 029900000001 " + network + "3 4789\n"));
  site.flood();
  CHECK(site.prints("send 42 68 1 " + network + "3 4789 0\n"));
  CHECK(site.prints("drop 42 underlay_send_failed 1\n"));
  site.hear(kStation, 1, 99);
  CHECK(site.prints("drop 4294967295 vni_unknown 1\n"));
}
