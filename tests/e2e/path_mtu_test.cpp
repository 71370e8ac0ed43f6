// An underlay that narrows on the way: 5000 bytes at the near host and 4000 behind a router. The far VTEP is
// the kernel's.
#include "lab/overlay.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

constexpr unsigned kNearMtu = 5000, kFarMtu = 4000;

struct Narrowing {
  Family family;
  Host near, router, far;

  explicit Narrowing(Family underlay) : family(underlay) {
    connect(near, "eth0", router, "near0");
    connect(router, "far0", far, "eth0");
    router.sysctl("ipv4/ip_forward", "1");
    router.sysctl("ipv6/conf/all/forwarding", "1");
    place(near, "eth0", 1, 1, kNearMtu);
    place(router, "near0", 1, 9, kNearMtu);
    place(router, "far0", 2, 9, kFarMtu);
    place(far, "eth0", 2, 2, kFarMtu);
    lead_out(near, 1);
    lead_out(far, 2);
  }

  std::string address(unsigned net, unsigned host) const {
    const std::string numbers = std::to_string(net) + (family == Family::kIpv4 ? "." : "::");
    return (family == Family::kIpv4 ? "198.51." : "2001:db8:") + numbers + std::to_string(host);
  }

  /// vxtapd on the near host, with further keys of `underlay`; the kernel's device on the far one.
  std::string config(const std::string& underlay, const std::string& tap_more = "") const {
    return "underlay: {local: \"" + address(1, 1) + "\"" + underlay +
           "}\nsegments:\n  - vni: 42\n    tap: {name: vx42, mac: \"" + overlay_mac(0) + "\"" + tap_more +
           "}\n    peers: {mode: unicast, remote: \"" + address(2, 2) + "\"}\n";
  }
  void add_kernel_vtep() {
    far.ip("link add vx42 type vxlan id 42 dstport 4789 local " + address(2, 2) + " remote " + address(1, 1));
    far.ip("link set vx42 mtu " + std::to_string(kNearMtu - encap_overhead(family)) + " up");
    far.ip("addr add 10.42.0.2/24 dev vx42");
    far.ip("addr add fd42::2/64 dev vx42 nodad");
  }

 private:
  void place(Host& host, const std::string& device, unsigned net, unsigned number, unsigned mtu) const {
    host.ip("link set " + device + " mtu " + std::to_string(mtu));
    host.ip("addr add " + address(net, number) + (family == Family::kIpv4 ? "/24" : "/64") + " dev " +
            device + (family == Family::kIpv4 ? "" : " nodad"));
  }
  void lead_out(Host& host, unsigned net) const {
    host.ip((family == Family::kIpv4 ? "" : "-6 ") + std::string("route add default via ") + address(net, 9));
  }
};

const std::string kOverlay = ", addresses: [10.42.0.1/24, \"fd42::1/64\"]";

/// What a host's stack believes of the way to an overlay address.
bool believes(Host& host, const std::string& destination, unsigned mtu) {
  return host.ip("route get " + destination).find("mtu " + std::to_string(mtu)) != std::string::npos;
}

}  // namespace

TEST_CASE("path MTU: the inner sender learns what a router on the way reported, and TCP goes on") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Narrowing net(underlay);
  Vxtapd daemon(net.near, net.config(underlay == Family::kIpv4 ? ", df: inherit" : "", kOverlay));
  net.add_kernel_vtep();
  REQUIRE(net.near.interface_mtu("vx42") == kNearMtu - encap_overhead(underlay));
  const std::string far = GENERATE(std::string("10.42.0.2"), std::string("fd42::2"));
  REQUIRE(reaches(net.near, far));

  CHECK(tcp_transfer(net.near, net.far, far, 1'000'000) == "");
  CHECK(believes(net.near, far, kFarMtu - encap_overhead(underlay)));
  CHECK(daemon.segment_drops(42, "too_big") > 0);
  CHECK(daemon.segment_drops(42, "underlay_send_failed") == 0);
}

TEST_CASE("path MTU: the sender behind a bridge learns it as well") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Narrowing net(underlay);
  Host container;
  net.near.ip("link add br0 type bridge mcast_snooping 0");
  net.near.ip("link set br0 up mtu " + std::to_string(kNearMtu));
  connect(net.near, "veth0", container, "eth0");
  for (const std::string option : {"link set veth0 mtu 4950", "link set veth0 master br0"})
    net.near.ip(option);
  container.ip("link set eth0 mtu 4950");
  container.ip("addr add 10.42.0.1/24 dev eth0");
  container.ip("addr add fd42::1/64 dev eth0 nodad");
  Vxtapd daemon(net.near, net.config(underlay == Family::kIpv4 ? ", df: inherit" : "", ", master: br0"));
  net.add_kernel_vtep();
  const std::string far = GENERATE(std::string("10.42.0.2"), std::string("fd42::2"));
  REQUIRE(reaches(container, far));

  CHECK(tcp_transfer(container, net.far, far, 1'000'000) == "");
  CHECK(believes(container, far, kFarMtu - encap_overhead(underlay)));
}

TEST_CASE("path MTU: the MTU of the underlay's route counts, whatever DF says") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Narrowing net(underlay);
  Vxtapd daemon(net.near, net.config(", df: unset", kOverlay));
  net.add_kernel_vtep();
  const std::string far = GENERATE(std::string("10.42.0.2"), std::string("fd42::2"));
  REQUIRE(reaches(net.near, far));
  net.near.ip((underlay == Family::kIpv4 ? "" : "-6 ") + std::string("route add ") + net.address(2, 2) +
              " via " + net.address(1, 9) + " mtu 3000");

  CHECK(eventually([&] {
    return tcp_transfer(net.near, net.far, far, 1'000'000).empty() &&
           believes(net.near, far, 3000 - encap_overhead(underlay));
  }));
}

TEST_CASE("path MTU: with df unset what may be fragmented is") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  Narrowing net(underlay);
  Vxtapd daemon(net.near, net.config("", kOverlay));
  net.add_kernel_vtep();
  REQUIRE(reaches(net.near, "10.42.0.2"));
  net.near.sysctl("ipv4/ip_no_pmtu_disc", "1");  // the overlay's packets leave without DF

  CHECK(eventually(
      [&] { return udp_echo_of_size(net.near, net.far, "10.42.0.2", kNearMtu - 70 - 28).empty(); }));
}
