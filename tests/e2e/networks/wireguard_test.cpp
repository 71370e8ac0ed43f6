#include "lab/wireguard.hpp"

#include <tins/tins.h>

#include <array>
#include <regex>
#include <sstream>

#include "lab/everyday.hpp"
#include "lab/example.hpp"
#include "lab/packets.hpp"
#include "lab/setting.hpp"
#include "lab/traffic.hpp"
#include "support/skip.hpp"

// VXLAN between the 10.200.0.N of two wg0, WireGuard between the 192.0.2.N or 2001:db8::N of two eth0.

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr auto kNetwork = "wireguard";
constexpr std::uint16_t kWireGuardPort = 51820;
constexpr std::uint16_t kVxlanPort = 4789;
constexpr auto kForger = "02:99:00:00:00:66";
constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";

std::string name_of(std::size_t self) {
  return "h" + std::to_string(self + 1);
}

/// The wg-quick file of a host with real keys, over IPv6 with the endpoint's other address.
std::string interface_file(std::size_t self, Family family, const std::array<WireGuardKeys, 2>& keys) {
  std::string text = read_file(VXTAP_EXAMPLES_DIR "/wireguard/" + name_of(self) + "-wg0.conf");
  const std::size_t other = 1 - self;
  text = std::regex_replace(text, std::regex("PRIVATE-KEY-OF-H."), keys.at(self).secret);
  text = std::regex_replace(text, std::regex("PUBLIC-KEY-OF-H."), keys.at(other).open);
  return std::regex_replace(text, std::regex(R"(192\.0\.2\.\d)"),
                            family == Family::kIpv4 ? "$&" : "[" + underlay_address(other, family) + "]");
}

struct Site {
  explicit Site(const Setting& setting = {Peer::kVxtapd, Family::kIpv4})
      : keys{make_wireguard_keys(wire.host(0)), make_wireguard_keys(wire.host(1))}, family(setting.family) {
    for (const std::size_t self : {0U, 1U}) make_wg0(self);
    near.emplace(wire.host(0), example(kNetwork, "h1"));
    if (setting.peer == Peer::kVxtapd)
      far.emplace(wire.host(1), example(kNetwork, "h2"));
    else
      add_kernel_end();
  }

  void make_wg0(std::size_t self) {
    interfaces.at(self).emplace(wire.host(self), interface_file(self, family, keys));
  }
  Station station(std::size_t self) { return {wire.host(self), overlay_address(self, Family::kIpv4)}; }

  Wire wire{2};
  std::array<WireGuardKeys, 2> keys;
  Family family;
  std::array<std::optional<WireGuard>, 2> interfaces;
  std::optional<Vxtapd> near, far;

 private:
  void add_kernel_end() {
    Host& host = wire.host(1);
    host.ip("link add vx42 type vxlan id 42 local 10.200.0.2 remote 10.200.0.1 dstport 4789 dev wg0");
    host.ip("address add 10.42.0.2/24 dev vx42");
    host.ip("link set vx42 up");
  }
};

/// True, and the case is over, where there can be no WireGuard interface.
bool skipped() {
  Host host;
  const std::string missing = missing_wireguard(host);
  if (!missing.empty()) vxtap::test::skip(missing);
  return !missing.empty();
}

Tins::EthernetII parsed(const Bytes& frame) {
  return Tins::EthernetII(frame.data(), static_cast<std::uint32_t>(frame.size()));
}

bool is_wireguard(const Bytes& frame) {
  const auto packet = parsed(frame);
  const auto* udp = packet.find_pdu<Tins::UDP>();
  return udp != nullptr && udp->sport() == kWireGuardPort && udp->dport() == kWireGuardPort;
}

/// Neither WireGuard's nor what any two hosts on a link say to find each other.
bool is_anything_else(const Bytes& frame) {
  const auto packet = parsed(frame);
  return !is_wireguard(frame) && packet.find_pdu<Tins::ARP>() == nullptr &&
         packet.find_pdu<Tins::ICMPv6>() == nullptr;
}

std::size_t largest(const Observer& observer) {
  std::size_t size = 0;
  for (const auto& frame : observer.frames(Direction::kOut, is_wireguard))
    size = std::max(size, frame.size());
  return size;
}

/// Datagrams that came to a port where nobody listened.
std::uint64_t unheard(Host& host) {
  std::istringstream lines(host.proc_net("snmp"));
  std::uint64_t received = 0;
  std::uint64_t no_port = 0;
  for (std::string line; std::getline(lines, line);)
    if (std::istringstream in(line.substr(line.find(':') + 1)); line.starts_with("Udp:"))
      in >> received >> no_port;  // the line of names leaves zeros, the one of values follows it
  return no_port;
}

/// What someone on the outer wire sends to h1 in h2's name: a frame for everybody in VNI 42.
void forge(Wire& wire, const std::string& source, const std::string& destination) {
  send_frame(wire.host(1), "eth0",
             udp_frame({.source_mac = underlay_mac(1),
                        .destination_mac = underlay_mac(0),
                        .source = source,
                        .destination = destination,
                        .source_port = 55555,
                        .destination_port = kVxlanPort,
                        .payload = vxlan(42, test_frame(kForger, kBroadcast))}));
}

}  // namespace

TEST_CASE("wireguard: everyday traffic passes, and the wire sees nothing but WireGuard") {
  if (skipped()) return;
  const Setting setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  const Observer wire(site.wire.host(0), "eth0");

  check_everyday_traffic(site.station(0), site.station(1));

  for (const auto direction : {Direction::kIn, Direction::kOut}) {
    CHECK(wire.count(direction, is_wireguard) > 1000);
    CHECK(wire.count(direction, is_anything_else) == 0);
    CHECK(wire.count(direction, [](const Bytes& frame) { return parse_outer(frame).has_value(); }) == 0);
  }
}

TEST_CASE("wireguard: the largest packet fills the outer wire's MTU and is not cut") {
  if (skipped()) return;
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  Site site({Peer::kVxtapd, family});
  const unsigned vxlan_in_wireguard = 1420 - 50;
  REQUIRE(site.wire.host(0).interface_mtu("vx42") == vxlan_in_wireguard);
  REQUIRE(reaches(site.wire.host(0), "10.42.0.2"));
  const Observer wire(site.wire.host(0), "eth0");

  CHECK(udp_echo_of_size(site.wire.host(0), site.wire.host(1), "10.42.0.2", vxlan_in_wireguard - 28) == "");

  const std::size_t full = 14 + 1420 + (family == Family::kIpv4 ? 60 : 80);
  CHECK(eventually([&] { return largest(wire) >= full; }));
  CHECK(largest(wire) == full);
  CHECK(wire.count(Direction::kOut, is_anything_else) == 0);
}

TEST_CASE("wireguard: a forged VXLAN packet that comes by another way reaches no TAP") {
  if (skipped()) return;
  Site site;
  Host& host = site.wire.host(0);
  for (const auto* where :
       {"all", "eth0"})  // else the kernel may refuse what came in where it would not answer
    host.sysctl("ipv4/conf/" + std::string(where) + "/rp_filter", "0");
  REQUIRE(reaches(host, "10.42.0.2"));
  const Observer tap(host, "vx42");

  SECTION("not to the outer address, nor to the inner one") {
    const auto before = site.near->stat(42, {"rx", "packets"});
    const auto unheard_before = unheard(host);
    forge(site.wire, "192.0.2.2", "192.0.2.1");
    forge(site.wire, "10.200.0.2", "10.200.0.1");
    CHECK(eventually([&] { return unheard(host) == unheard_before + 2; }));
    CHECK(ping(host, "10.42.0.2").received == 1);
    CHECK(tap.count(Direction::kIn, is_test_frame) == 0);
    CHECK(site.near->fdb(kForger).empty());
    CHECK(site.near->stat(42, {"rx", "packets"}) <= before + 3);  // the ping, and ARP
  }
  SECTION("as it does where nothing is required") {
    const std::string open =
        std::regex_replace(example(kNetwork, "h1"), std::regex("  require_device: wg0\n"), "");
    site.near->rewrite(open);
    REQUIRE(site.near->ctl({"reload"}).exit_code == 0);
    forge(site.wire, "10.200.0.2", "10.200.0.1");
    CHECK(tap.wait_for(1, Direction::kIn, is_test_frame));
    CHECK(site.near->learned_remote(kForger) == "10.200.0.2");
  }
}

TEST_CASE("wireguard: nothing leaves while wg0 is away, and traffic resumes with a new one") {
  if (skipped()) return;
  Site site;
  Host& host = site.wire.host(0);
  host.ip("route add default via 192.0.2.2");
  REQUIRE(reaches(host, "10.42.0.2"));
  const Observer wire(host, "eth0");

  host.ip("link del wg0");
  REQUIRE(eventually([&] { return site.near->log().find("device wg0: deleted") != std::string::npos; }));
  CHECK(ping(host, "10.42.0.2", 3, milliseconds(200)).received == 0);
  CHECK(wire.count(Direction::kOut, [](const Bytes& frame) { return parse_outer(frame).has_value(); }) == 0);

  site.make_wg0(0);
  CHECK(reaches(host, "10.42.0.2"));
  CHECK(reaches(site.wire.host(1), "10.42.0.1"));
  CHECK(tcp_transfer(host, site.wire.host(1), "10.42.0.2", 100'000) == "");
}
