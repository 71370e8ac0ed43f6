#include <sstream>
#include <stdexcept>

#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// What SECURITY.md advises beside vxtapd, taken from there: without it a forged packet arrives, with it none
// does.

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr auto kForger = "02:99:00:00:00:66";
constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";

/// The ruleset of the page that begins with these words.
std::string ruleset(const std::string& begin) {
  const std::string page = read_file(VXTAP_SOURCE_DIR "/SECURITY.md");
  const auto from = page.find("```\n" + begin);
  if (from == std::string::npos) throw std::runtime_error("SECURITY.md has no " + begin);
  return page.substr(from + 4, page.find("```", from + 4) - from - 4);
}

void load(Host& host, const std::string& rules) {
  const std::string file = host.directory() / "rules.nft";
  write_file(file, rules);
  host.must("nft -f " + file);
}

/// What the only counter of a table has counted.
unsigned counted(Host& host, const std::string& table) {
  const std::string text = host.must("nft list table inet " + table);
  const std::string mark = "counter packets ";
  return static_cast<unsigned>(std::stoul(text.substr(text.find(mark) + mark.size())));
}

/// Host 0 runs vxtapd, host 1 is its remote, host 2 a stranger on the same link, `outside` one on another.
struct Site {
  Site()
      : daemon(wire.host(0),
               segment_config({.self = 0}, "mode: static-flood, remotes: [192.0.2.2, 192.0.2.3]")),
        tap(wire.host(0), "vx42") {
    add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
    connect(wire.host(0), "eth1", outside, "eth0");
    for (const auto* where : {"all", "eth0", "eth1"})
      wire.host(0).sysctl("ipv4/conf/" + std::string(where) + "/rp_filter", "0");
  }

  Bytes forged(const std::string& interface, const std::string& source) {
    return udp_frame({.source_mac = "02:99:00:00:00:01",
                      .destination_mac = wire.host(0).interface_mac(interface),
                      .source = source,
                      .destination = "192.0.2.1",
                      .destination_port = 4789,
                      .payload = vxlan(42, test_frame(kForger, kBroadcast))});
  }
  std::size_t arrived() { return tap.count(Direction::kIn, is_test_frame); }
  bool reaches_remote() { return reaches(wire.host(0), "10.42.0.2"); }

  Wire wire{3};
  Host outside;
  Vxtapd daemon;
  Observer tap;
};

}  // namespace

TEST_CASE("security advice: behind the firewall only remotes reach the daemon") {
  Site site;
  const Bytes packet = site.forged("eth0", "192.0.2.77");
  send_frame(site.wire.host(2), "eth0", packet);
  REQUIRE(eventually([&] { return site.daemon.segment_drops(42, "source_not_accepted") == 1; }));

  load(site.wire.host(0), ruleset("table inet vxlan"));
  send_frame(site.wire.host(2), "eth0", packet);
  send_frame(site.outside, "eth0", site.forged("eth1", "192.0.2.2"));
  CHECK(eventually([&] { return counted(site.wire.host(0), "vxlan") == 2; }));
  CHECK(site.reaches_remote());
  CHECK(site.daemon.segment_drops(42, "source_not_accepted") == 1);
  CHECK(site.arrived() == 0);
}

TEST_CASE("security advice: a remote's address from elsewhere is refused by its route") {
  Site site;
  Host& host = site.wire.host(0);
  const Bytes packet = site.forged("eth1", "192.0.2.2");
  send_frame(site.outside, "eth0", packet);
  REQUIRE(site.tap.wait_for(1, Direction::kIn, is_test_frame));  // the address is all that is asked for

  SECTION("rp_filter") {
    host.sysctl("ipv4/conf/all/rp_filter", "1");
    const auto refused = [&] {
      std::istringstream words(host.must("nstat -asz TcpExtIPReversePathFilter"));
      std::string word;
      while (words >> word && word != "TcpExtIPReversePathFilter") continue;
      unsigned number = 0;
      words >> number;
      return number;
    };
    send_frame(site.outside, "eth0", packet);
    CHECK(eventually([&] { return refused() == 1; }));
  }
  SECTION("nft") {
    load(host, ruleset("table inet urpf"));
    send_frame(site.outside, "eth0", packet);
    CHECK(eventually([&] { return counted(host, "urpf") == 1; }));
  }
  CHECK(site.reaches_remote());
  CHECK(site.arrived() == 1);
}
