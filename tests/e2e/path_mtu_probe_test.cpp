// `vxtapctl path-mtu` over an underlay that narrows behind a router, with all that keeps probes from coming
// back.
#include <algorithm>

#include "lab/firewall.hpp"
#include "lab/narrowing.hpp"
#include "lab/overlay.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr unsigned kNearMtu = Narrowing::kNearMtu, kFarMtu = Narrowing::kFarMtu;
/// What a router that swallows large packets lets through.
constexpr unsigned kSwallowed = 3001;

struct Probing {
  explicit Probing(Family underlay, unsigned far_mtu = kFarMtu)
      : net(underlay, far_mtu), daemon(net.near, net.config("")) {}

  boost::json::value probe() { return daemon.json({"path-mtu", net.address(2, 2)}); }
  unsigned inner(unsigned outer) const { return outer - encap_overhead(net.family); }

  Narrowing net;
  Vxtapd daemon;
};

/// The far host answers no ping.
void deafen(Firewall& firewall) {
  firewall.add("icmp type echo-request drop");
  firewall.add("icmpv6 type echo-request drop");
}

/// Nor does it refuse datagrams.
void silence(Firewall& firewall) {
  deafen(firewall);
  firewall.add("udp dport 33434-33534 drop");
}

std::string nothing() {
  return "counter";
}

}  // namespace

TEST_CASE("path-mtu: a router with a smaller MTU behind it") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Probing probing(underlay);
  const auto found = probing.probe();
  CAPTURE(boost::json::serialize(found));
  CHECK(found.at("remote") == boost::json::string(probing.net.address(2, 2)));
  CHECK(found.at("local") == boost::json::string(probing.net.address(1, 1)));
  CHECK(found.at("route_mtu") == kNearMtu);
  CHECK(found.at("path_mtu") == kFarMtu);
  CHECK(found.at("verified") == true);
  CHECK(found.at("exact") == true);
  CHECK(found.at("method") == "icmp echo");
  CHECK(found.at("inner_mtu") == probing.inner(kFarMtu));
  CHECK(found.at("taps").at(0).at("name") == "vx42");
  CHECK(found.at("taps").at(0).at("mtu") == probing.inner(kNearMtu));
  CHECK(found.at("taps").at(0).at("fits") == false);
  const std::string mend = "ip link set vx42 mtu " + std::to_string(probing.inner(kFarMtu));
  CHECK_THAT(std::string(found.at("advice").as_string()), ContainsSubstring(mend));

  probing.net.near.ip(mend.substr(3));
  CHECK(eventually([&] { return probing.probe().at("taps").at(0).at("fits") == true; }));
}

TEST_CASE("path-mtu: text for people") {
  Probing probing(Family::kIpv4);
  const auto result = probing.daemon.ctl({"path-mtu", probing.net.address(2, 2)});
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, ContainsSubstring("path mtu") && ContainsSubstring("4000") &&
                             ContainsSubstring("3950") && ContainsSubstring("vx42") &&
                             ContainsSubstring("too large"));
}

TEST_CASE("path-mtu: a remote that answers no ping is asked by datagrams") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Probing probing(underlay);
  Firewall firewall(probing.net.far, "input", nothing());
  deafen(firewall);
  const auto found = probing.probe();
  CAPTURE(boost::json::serialize(found));
  CHECK(found.at("path_mtu") == kFarMtu);
  CHECK(found.at("verified") == true);
  CHECK(found.at("method") == "udp");
}

TEST_CASE("path-mtu: a remote that answers nothing leaves the kernel's belief") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Probing probing(underlay, kNearMtu);
  Firewall firewall(probing.net.far, "input", nothing());
  silence(firewall);
  const auto found = probing.probe();
  CAPTURE(boost::json::serialize(found));
  CHECK(found.at("path_mtu") == kNearMtu);
  CHECK(found.at("verified") == false);
  CHECK(found.at("method") == "route");
  CHECK_THAT(std::string(found.at("advice").as_string()), ContainsSubstring("no answer to probes"));
  CHECK_THAT(probing.daemon.ctl({"path-mtu", probing.net.address(2, 2)}).out,
             ContainsSubstring("unverified"));
}

TEST_CASE("path-mtu: large packets that disappear without a word") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Probing probing(underlay, kNearMtu);
  Firewall swallower(probing.net.router, "forward", "meta length > " + std::to_string(kSwallowed) + " drop");
  SECTION("by ping: exactly") {
    const auto found = probing.probe();
    CAPTURE(boost::json::serialize(found));
    CHECK(found.at("path_mtu") == kSwallowed);
    CHECK(found.at("verified") == true);
    CHECK(found.at("exact") == true);
    CHECK_THAT(std::string(found.at("advice").as_string()), ContainsSubstring("without an ICMP message"));
  }
  SECTION("by datagrams, which are answered once a second: never more than arrives") {
    Firewall firewall(probing.net.far, "input", nothing());
    deafen(firewall);
    const auto found = probing.probe();
    CAPTURE(boost::json::serialize(found));
    CHECK(found.at("verified") == true);
    CHECK(found.at("path_mtu").to_number<unsigned>() <= kSwallowed);
    CHECK(found.at("path_mtu").to_number<unsigned>() >= 576);
  }
}

TEST_CASE("path-mtu: what ICMP's rate keeps silent is not taken for too big") {
  Probing probing(Family::kIpv4, kNearMtu);
  Firewall firewall(probing.net.far, "input", nothing());
  deafen(firewall);
  for (int i = 0; i < 4; ++i) {
    const auto found = probing.probe();
    CAPTURE(i, boost::json::serialize(found));
    CHECK(found.at("path_mtu") == kNearMtu);
  }
}

TEST_CASE("path-mtu: a remote that is not configured") {
  Probing probing(Family::kIpv4);
  const auto found = probing.daemon.json({"path-mtu", probing.net.address(1, 9), "--vni", "42"});
  CHECK(found.at("path_mtu") == kNearMtu);
  CHECK(found.at("verified") == true);
  CHECK(found.at("taps").at(0).at("fits") == true);
}

TEST_CASE("path-mtu: no route, and a firewall of this host's own") {
  Probing probing(Family::kIpv4);
  SECTION("no route") {
    probing.net.near.ip("route del default");
    const auto found = probing.probe();
    CHECK(found.at("path_mtu").is_null());
    CHECK(found.at("verified") == false);
    CHECK(found.at("taps").at(0).at("fits").is_null());
    CHECK_THAT(std::string(found.at("advice").as_string()), ContainsSubstring("no route"));
    const auto text = probing.daemon.ctl({"path-mtu", probing.net.address(2, 2)}).out;
    CHECK_THAT(text, ContainsSubstring("nothing is known") && !ContainsSubstring("too large"));
  }
  SECTION("firewall") {
    Firewall firewall(probing.net.near, "output", "ip daddr " + probing.net.address(2, 2) + " drop");
    const auto found = probing.probe();
    CHECK(found.at("verified") == false);
    CHECK_THAT(std::string(found.at("advice").as_string()), ContainsSubstring("not permitted"));
  }
}

TEST_CASE("path-mtu: what cannot be asked is refused with its mend") {
  Probing probing(Family::kIpv4);
  const auto refusal = [&](const Arguments& words) {
    const auto result = probing.daemon.ctl(words);
    CHECK(result.exit_code == 1);
    return result.err;
  };
  for (const auto* address : {"239.1.1.1", "255.255.255.255", "198.51.1.255", "240.0.0.1", "0.0.0.1"})
    CHECK_THAT(refusal({"path-mtu", address}), ContainsSubstring("one host"));
  CHECK_THAT(refusal({"path-mtu", "2001:db8::9"}), ContainsSubstring("IPv6 local address"));
  CHECK_THAT(refusal({"path-mtu", "192.0.2.1", "--vni", "43"}), ContainsSubstring("no such segment"));
}

TEST_CASE("path-mtu: one at a time, the daemon answers others meanwhile and stops at once") {
  Probing probing(Family::kIpv4, kNearMtu);
  Firewall firewall(probing.net.far, "input", nothing());
  silence(firewall);
  const std::string socket = probing.daemon.config_file().parent_path() / "control.sock";
  Process first(probing.net.near.thread(),
                {built("vxtapctl"), "-s", socket, "path-mtu", probing.net.address(2, 2)}, {},
                probing.net.near.directory() / "first.log");
  const auto probes = [&] {  // its socket, a line below the titles
    const std::string sockets = probing.net.near.proc_net("raw") + probing.net.near.proc_net("icmp");
    return std::count(sockets.begin(), sockets.end(), '\n') > 2;
  };
  REQUIRE(eventually(probes));
  const auto second = probing.daemon.ctl({"doctor"});
  CHECK(second.exit_code == 1);
  CHECK_THAT(second.err, ContainsSubstring("take turns"));
  CHECK(first.running());
  CHECK(probing.daemon.ctl({"--timeout", "1s", "show"}).exit_code == 0);
  const auto before = std::chrono::steady_clock::now();
  probing.daemon.stop();
  CHECK(std::chrono::steady_clock::now() - before < seconds(2));
}
