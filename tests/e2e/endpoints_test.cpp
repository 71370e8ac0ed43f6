#include "lab/many_segments.hpp"
#include "lab/overlay.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

/// "tap: {name: NAME, addresses: [ADDRESS/24]}", as part of a segment in flow style.
std::string tap(const std::string& name, const std::string& address) {
  return "tap: {name: " + name + ", addresses: [" + address + "/24]}";
}

void add_far_end(Host& host, const std::string& device, const std::string& vxlan,
                 const std::string& address) {
  host.ip("link add name " + device + " type vxlan " + vxlan);
  host.ip("link set " + device + " mtu 1400 up");
  host.ip("addr add " + address + "/24 dev " + device);
}

}  // namespace

TEST_CASE("endpoints: several local addresses, both families and two ports in one daemon") {
  Wire wire(2);
  wire.host(0).ip("addr add 192.0.2.101/24 dev eth0");
  Host& far = wire.host(1);
  add_far_end(far, "far-a", "id 1 dstport 4789 local 192.0.2.2 remote 192.0.2.1", "10.61.0.2");
  add_far_end(far, "far-b", "id 2 dstport 4789 local 192.0.2.2 remote 192.0.2.101", "10.62.0.2");
  add_far_end(far, "far-c", "id 3 dstport 8472 local 192.0.2.2 remote 192.0.2.1", "10.63.0.2");
  add_far_end(far, "far-d", "id 1 dstport 4790 local 192.0.2.2 remote 192.0.2.1", "10.64.0.2");
  add_far_end(far, "far-e", "id 5 dstport 4789 local 2001:db8::2 remote 2001:db8::1", "10.65.0.2");

  Vxtapd daemon(wire.host(0),
                "underlay: {local: 192.0.2.1}\n"
                "segments:\n"
                "  - {vni: 1, name: a, " +
                    tap("vxa", "10.61.0.1") +
                    ", peers: {mode: unicast, remote: 192.0.2.2}}\n"
                    "  - {vni: 2, name: b, " +
                    tap("vxb", "10.62.0.1") +
                    ", peers: {mode: unicast, remote: 192.0.2.2},"
                    " underlay: {local: 192.0.2.101}}\n"
                    "  - {vni: 3, name: c, " +
                    tap("vxc", "10.63.0.1") +
                    ", peers: {mode: unicast, remote: 192.0.2.2},"
                    " underlay: {port: 8472}}\n"
                    "  - {vni: 1, name: d, " +
                    tap("vxd", "10.64.0.1") +
                    ", peers: {mode: unicast, remote: 192.0.2.2},"
                    " underlay: {port: 4790}}\n"
                    "  - {vni: 5, name: e, " +
                    tap("vxe", "10.65.0.1") +
                    ", peers: {mode: unicast, remote: \"2001:db8::2\"},"
                    " underlay: {local: \"2001:db8::1\"}}\n");

  for (const char* address : {"10.61.0.2", "10.62.0.2", "10.63.0.2", "10.64.0.2", "10.65.0.2"}) {
    CAPTURE(address);
    CHECK(reaches(wire.host(0), address));
    CHECK(tcp_transfer(wire.host(0), far, address, 100'000) == "");
  }
}

TEST_CASE("endpoints: fifty segments over one socket") {
  Wire wire(2);
  std::vector<NumberedSegment> segments;
  for (unsigned number = 1; number <= 50; ++number) {
    segments.push_back({.number = number});
    add_numbered_kernel_vxlan(wire.host(1), number);
  }
  Vxtapd daemon(wire.host(0), numbered_config(segments));

  for (unsigned number = 1; number <= 50; ++number) {
    CAPTURE(number);
    CHECK(reaches(wire.host(0), numbered_address(number, 1)));
    CHECK(daemon.stat(100 + number, {"fdb", "entries"}) == 1);
  }
  CHECK(daemon.json({"show"}).as_array().size() == 50);
}

TEST_CASE("endpoints: a remote with its own port") {
  Wire wire(2);
  // The far kernel listens on 8472; it answers to the port of its own, where the daemon listens as well.
  add_far_end(wire.host(1), "far", "id 42 dstport 8472 local 192.0.2.2 remote 192.0.2.1", "10.66.0.2");
  Vxtapd daemon(wire.host(0),
                "underlay: {local: 192.0.2.1, port: 8472}\n"
                "segments:\n"
                "  - {vni: 42, " +
                    tap("vx42", "10.66.0.1") + ", peers: {mode: unicast, remote: \"192.0.2.2:8472\"}}\n");
  CHECK(reaches(wire.host(0), "10.66.0.2"));
}
