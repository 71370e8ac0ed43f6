#include <csignal>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "lab/many_segments.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

/// Kernel ends of segments 1 to 3 on host 1, and host 0 to run vxtapd.
struct Site {
  Site() {
    for (const unsigned number : {1U, 2U, 3U}) add_numbered_kernel_vxlan(wire.host(1), number);
  }
  Host& near() { return wire.host(0); }
  Host& far() { return wire.host(1); }
  Wire wire{2};
};

bool has_segment(Vxtapd& daemon, unsigned vni) {
  const auto stats = daemon.json({"stats"});
  const auto& segments = stats.at("segments").as_array();
  return std::any_of(segments.begin(), segments.end(), [&](const auto& segment) {
    return segment.at("vni").template to_number<unsigned>() == vni;
  });
}

std::size_t resident_kb(pid_t pid) {
  std::istringstream status(read_file("/proc/" + std::to_string(pid) + "/status"));
  for (std::string word; status >> word;)
    if (word == "VmRSS:") {
      std::size_t kb = 0;
      status >> kb;
      return kb;
    }
  return 0;
}

/// AddressSanitizer keeps what was freed for a while, ThreadSanitizer its history.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsComparable = false;
#else
constexpr bool kMemoryIsComparable = true;
#endif

std::size_t open_files(pid_t pid) {
  const std::filesystem::directory_iterator files("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

void check_lossless(UdpFlow& flow) {
  const auto result = flow.stop();
  CHECK(result.received == result.sent);
  CHECK(result.reordered == 0);
}

/// 24 segments in the three modes; some remotes change with `variant`.
std::string large_config(unsigned variant) {
  std::vector<NumberedSegment> segments;
  for (unsigned number = 1; number <= 24; ++number) {
    NumberedSegment segment{.number = number};
    const std::string other = "192.0.2." + std::to_string(10 + variant % 5);
    if (number % 3 == 1) segment.peers = "mode: static-flood, remotes: [192.0.2.2, " + other + "]";
    if (number % 3 == 2) segment.peers = "mode: multicast-group, group: 239.1.1." + std::to_string(number);
    if (number == 3 || (number + variant) % 4 != 0) segments.push_back(segment);
  }
  return numbered_config(segments);
}

}  // namespace

TEST_CASE("reload: segments come, change and go, and traffic of another loses nothing") {
  const bool by_signal = GENERATE(true, false);
  CAPTURE(by_signal);
  Site site;
  Vxtapd daemon(site.near(), numbered_config({{.number = 1}, {.number = 2}}));
  const auto reload_to = [&](const std::string& config) {
    daemon.rewrite(config);
    if (by_signal)
      daemon.signal(SIGHUP);
    else
      CHECK(daemon.ctl({"reload"}).exit_code == 0);
  };
  REQUIRE(reaches(site.near(), numbered_address(1, 1)));
  REQUIRE(reaches(site.near(), numbered_address(2, 1)));
  UdpFlow out(site.near(), site.far(), numbered_address(1, 1), 7100);
  UdpFlow in(site.far(), site.near(), numbered_address(1, 0), 7101);
  REQUIRE(out.goes_on());

  reload_to(numbered_config({{.number = 1}, {.number = 2}, {.number = 3}}));
  CHECK(eventually([&] { return has_segment(daemon, 103); }));
  CHECK(reaches(site.near(), numbered_address(3, 1)));

  reload_to(numbered_config({{.number = 1}, {.number = 2, .more = "fdb: {learning: false}"}, {.number = 3}}));
  CHECK(reaches(site.near(), numbered_address(2, 1)));
  REQUIRE(out.goes_on());

  reload_to(numbered_config({{.number = 3}, {.number = 1}}));
  CHECK(eventually([&] { return !has_segment(daemon, 102); }));
  CHECK(eventually([&] { return !site.near().interface_mtu("vx2"); }));
  CHECK(reaches(site.near(), numbered_address(3, 1)));

  REQUIRE(out.goes_on());
  check_lossless(out);
  check_lossless(in);
}

TEST_CASE("reload: what did not change keeps its FDB entries and counts") {
  Site site;
  Vxtapd daemon(site.near(), numbered_config({{.number = 1}, {.number = 2}}));
  REQUIRE(reaches(site.near(), numbered_address(1, 1)));
  const auto learned = daemon.stat(101, {"fdb", "learned"});
  const auto packets = daemon.stat(101, {"rx", "packets"});
  REQUIRE(learned >= 1);

  daemon.rewrite(numbered_config({{.number = 1}, {.number = 3}}));
  REQUIRE(daemon.ctl({"reload"}).exit_code == 0);

  CHECK(daemon.stat(101, {"fdb", "learned"}) == learned);
  CHECK(daemon.stat(101, {"fdb", "entries"}) >= 1);
  CHECK(daemon.stat(101, {"rx", "packets"}) >= packets);
}

TEST_CASE("reload: a changed remote takes effect") {
  Site site;
  Vxtapd daemon(site.near(), numbered_config({{.number = 1, .peers = "mode: unicast, remote: 192.0.2.77"},
                                              {.number = 2}}));
  REQUIRE(reaches(site.near(), numbered_address(2, 1)));
  CHECK(ping(site.near(), numbered_address(1, 1), 1, milliseconds(300)).received == 0);
  daemon.rewrite(numbered_config({{.number = 1}, {.number = 2}}));
  REQUIRE(daemon.ctl({"reload"}).exit_code == 0);
  CHECK(reaches(site.near(), numbered_address(1, 1)));
}

TEST_CASE("reload: a refused file changes nothing and says where it is wrong") {
  Site site;
  Vxtapd daemon(site.near(), numbered_config({{.number = 1}, {.number = 2}}));
  REQUIRE(reaches(site.near(), numbered_address(1, 1)));
  UdpFlow flow(site.near(), site.far(), numbered_address(1, 1));
  REQUIRE(flow.goes_on());

  daemon.rewrite(numbered_config({{.number = 1}, {.number = 3, .peers = "mode: unicast, remot: 192.0.2.2"}}));
  const auto result = daemon.ctl({"reload"});
  daemon.signal(SIGHUP);

  CHECK(result.exit_code == 1);
  // The fourth line of segments' entries: line 9 with control, underlay and the segment before it.
  CHECK_THAT(result.err + result.out, Catch::Matchers::ContainsSubstring("vxtapd.yaml:9:"));
  CHECK_THAT(result.err + result.out, Catch::Matchers::ContainsSubstring("remote"));
  REQUIRE(flow.goes_on());
  CHECK(has_segment(daemon, 102));
  CHECK_FALSE(has_segment(daemon, 103));
  check_lossless(flow);
}

TEST_CASE("reload: one that the system refuses changes nothing") {
  Site site;
  site.near().ip("link add vx3 type bridge");  // the name is taken by what is no TAP
  Vxtapd daemon(site.near(), numbered_config({{.number = 1}, {.number = 2}}));
  REQUIRE(reaches(site.near(), numbered_address(1, 1)));
  UdpFlow flow(site.near(), site.far(), numbered_address(1, 1));

  daemon.rewrite(numbered_config({{.number = 1}, {.number = 3}}));
  daemon.signal(SIGHUP);
  CHECK(eventually([&] { return daemon.log().find("reload refused") != std::string::npos; }));
  const auto result = daemon.ctl({"reload"});

  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err + result.out, Catch::Matchers::ContainsSubstring("vx3"));
  CHECK(has_segment(daemon, 102));
  CHECK_FALSE(has_segment(daemon, 103));
  REQUIRE(flow.goes_on());
  check_lossless(flow);
}

TEST_CASE("reload: a hundred times with 24 segments in three modes, nothing is lost and nothing leaks") {
  Site site;
  Vxtapd daemon(site.near(), large_config(0));
  REQUIRE(reaches(site.near(), numbered_address(3, 1)));
  UdpFlow flow(site.near(), site.far(), numbered_address(3, 1));
  const auto reload = [&](unsigned variant) {
    daemon.rewrite(large_config(variant));
    REQUIRE(daemon.ctl({"reload"}).exit_code == 0);
  };
  for (unsigned round = 1; round <= 20; ++round) reload(round);  // 20: the same variant as 0
  const std::size_t memory = resident_kb(daemon.pid());
  const std::size_t files = open_files(daemon.pid());

  for (unsigned round = 21; round <= 100; ++round) reload(round);

  // The connection of the last reload may have been open still at either count.
  CHECK(eventually([&] { return open_files(daemon.pid()) <= files; }));
  CHECK(open_files(daemon.pid()) + 1 >= files);
  if (kMemoryIsComparable) CHECK(resident_kb(daemon.pid()) <= memory + memory / 10 + 1024);
  REQUIRE(flow.goes_on());
  check_lossless(flow);
}
