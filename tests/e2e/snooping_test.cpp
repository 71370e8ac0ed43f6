#include <netinet/in.h>

#include <set>

#include "lab/departures.hpp"
#include "lab/packets.hpp"
#include "lab/sockets.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"
#include "support/membership_frames.hpp"

// vxtapd on host 0; the other hosts have the kernel's VTEP, and join groups with sockets, so that it is the
// kernel's IGMPv3 and MLDv2 that are snooped. Nobody asks but who does so in the case.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";

struct Group {
  Family family;
  std::string address, mac, other_mac, other_address;
};
const Group kIpv4Group{Family::kIpv4, "239.7.7.7", "01:00:5e:07:07:07", "01:00:5e:07:07:08", "239.7.7.8"};
const Group kIpv6Group{Family::kIpv6, "ff0e::7", "33:33:00:00:00:07", "33:33:00:00:00:08", "ff0e::8"};

const Group& either_family() {
  return GENERATE(true, false) ? kIpv4Group : kIpv6Group;
}

/// A general query, RFC 3376 4.1 or RFC 3810 5.1, to be answered within 100 ms. `router`: from a router of
/// that address; else from a switch, which only asks (RFC 4541 2.1.1).
Bytes query(Family family, const std::string& router = "0.0.0.0") {
  if (family == Family::kIpv4)
    return vxtap::test::igmp_frame({0x11, 1, 0, 0, 0, 0, 0, 0, 2, 125, 0, 0},
                                   {.source = router, .destination = "224.0.0.1"});
  Bytes message{130, 0, 0, 0, 0, 100, 0, 0};
  message.insert(message.end(), 16, 0);  // the group: any
  message.insert(message.end(), {2, 125, 0, 0});
  return vxtap::test::mld_frame(message);
}

template <typename Request>
void set(const UniqueFd& socket, int level, int option, const Request& request) {
  check(setsockopt(socket.get(), level, option, &request, sizeof request), "join");
}

/// Membership of the host for as long as the socket lives.
UniqueFd join(Host& host, const Group& group) {
  const bool v4 = group.family == Family::kIpv4;
  UniqueFd socket = bound_socket(host, SOCK_DGRAM, Endpoint(group.address, 2000));
  const Endpoint address(group.address, 0);
  if (v4) {
    ip_mreqn request{};
    request.imr_multiaddr = reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr;
    request.imr_ifindex = static_cast<int>(host.interface_index("vx42"));
    set(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, request);
  } else {
    ipv6_mreq request{};
    request.ipv6mr_multiaddr = reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr;
    request.ipv6mr_interface = host.interface_index("vx42");
    set(socket, IPPROTO_IPV6, IPV6_JOIN_GROUP, request);
  }
  return socket;
}

struct Site {
  explicit Site(const Group& of, const std::string& more = "multicast_snooping: true")
      : group(of),
        daemon(wire.host(0),
               "workers: 1\n" +
                   segment_config({.self = 0},
                                  "mode: static-flood, remotes: [192.0.2.2, 192.0.2.3, 192.0.2.4]", more)) {
    for (const std::size_t far : {1U, 2U, 3U})
      add_kernel_vxlan(wire.host(far), {.self = far}, "remote 192.0.2.1");
  }

  /// Copies of a datagram to a group.
  Copies sent_to(const std::string& address, const std::string& mac, std::size_t expected) {
    ++number_;
    const Bytes number{static_cast<std::uint8_t>(number_ >> 8), static_cast<std::uint8_t>(number_), 0x55};
    return departures.of(udp_frame({.source_mac = overlay_mac(0),
                                    .destination_mac = mac,
                                    .source = overlay_address(0, group.family),
                                    .destination = address,
                                    .payload = number}),
                         expected);
  }
  /// Soon and from then on.
  bool goes_to(const Copies& wanted) {
    return eventually([&] { return sent_to(group.address, group.mac, wanted.size()) == wanted; }) &&
           sent_to(group.address, group.mac, wanted.size()) == wanted;
  }
  /// What `mdb show` has of the group.
  boost::json::array rows() {
    boost::json::array out;
    const boost::json::value table = daemon.json({"mdb", "show", "--vni", "42"});
    for (const auto& row : table.as_array())
      if (row.at("grp").as_string() == group.address) out.push_back(row);
    return out;
  }
  std::set<std::string> members() {
    std::set<std::string> out;
    for (const auto& row : rows()) out.emplace(row.at("dst").as_string());
    return out;
  }
  bool has_members(const std::set<std::string>& wanted) {
    return eventually([&] { return members() == wanted; });
  }
  void ask() { send_frame(wire.host(0), "vx42", query(group.family)); }
  CommandResult mdb(const std::string& verb, const std::string& address, const std::string& remote) {
    return daemon.ctl({"mdb", verb, address, "--vni", "42", "--remote", remote});
  }

  const Group& group;
  Wire wire{4, {.tx_offload = false}};
  Vxtapd daemon;
  Departures departures{wire};

 private:
  unsigned number_ = 0;
};

const Copies kFlood{"192.0.2.2:4789", "192.0.2.3:4789", "192.0.2.4:4789"};

}  // namespace

TEST_CASE("snooping: with a querier a group's frames go to its members alone") {
  Site site(either_family());
  const UniqueFd member = join(site.wire.host(2), site.group);
  REQUIRE(site.has_members({"192.0.2.3"}));
  CHECK(site.goes_to(kFlood));  // nobody asks, so others may have joined unheard

  site.ask();
  CHECK(site.goes_to({"192.0.2.3:4789"}));
  char byte = 0;
  CHECK(recv(member.get(), &byte, 1, 0) == 1);
  CHECK(site.sent_to(site.group.other_address, site.group.other_mac, 3) == kFlood);
  CHECK(site.departures.towards(kBroadcast, 3) == kFlood);
}

TEST_CASE("snooping: leaving ends it, and with the last member's the group is flooded") {
  Site site(either_family());
  site.ask();
  UniqueFd first = join(site.wire.host(1), site.group);
  UniqueFd second = join(site.wire.host(2), site.group);
  REQUIRE(site.goes_to({"192.0.2.2:4789", "192.0.2.3:4789"}));

  first.reset();
  CHECK(site.goes_to({"192.0.2.3:4789"}));
  second.reset();
  CHECK(site.goes_to(kFlood));
  CHECK(site.members().empty());
}

TEST_CASE("snooping: who joined before the daemon started answers the first query") {
  const Group& group = either_family();
  Site site(group, "multicast_snooping: false");
  const UniqueFd member = join(site.wire.host(3), group);
  CHECK(site.goes_to(kFlood));
  site.daemon.rewrite("workers: 1\n" +
                      segment_config({.self = 0},
                                     "mode: static-flood, remotes: [192.0.2.2, 192.0.2.3, 192.0.2.4]",
                                     "multicast_snooping: true"));
  REQUIRE(site.daemon.ctl({"reload"}).exit_code == 0);
  CHECK(eventually([&] {
    site.ask();
    return site.members() == std::set<std::string>{"192.0.2.4"};
  }));
  CHECK(site.goes_to({"192.0.2.4:4789"}));
}

TEST_CASE("snooping: a router behind a remote gets the members' frames, too") {
  Site site(kIpv4Group);
  const UniqueFd member = join(site.wire.host(1), site.group);
  REQUIRE(site.has_members({"192.0.2.2"}));
  send_underlying(site.wire, {.from = 3}, vxlan(42, query(Family::kIpv4, "10.42.0.4")));
  CHECK(site.goes_to({"192.0.2.2:4789", "192.0.2.4:4789"}));
}

TEST_CASE("snooping: mdb show -j has a row for each member") {
  Site site(either_family());
  site.ask();
  const UniqueFd member = join(site.wire.host(1), site.group);
  REQUIRE(site.has_members({"192.0.2.2"}));
  REQUIRE(site.mdb("add", site.group.address, "192.0.2.4:8472").exit_code == 0);

  REQUIRE(site.has_members({"192.0.2.2", "192.0.2.4"}));
  for (const auto& row : site.rows()) {
    const bool added = row.at("dst") == "192.0.2.4";
    CHECK(row.at("vni") == 42);
    CHECK(row.at("segment") == "blue");
    CHECK(row.at("port") == (added ? 8472 : 4789));
    CHECK(row.at("state") == (added ? "permanent" : "temp"));
    const double timer = row.at("timer").to_number<double>();
    CHECK((added ? timer == 0 : timer > 200 && timer <= 260));
  }
  CHECK(site.goes_to({"192.0.2.2:4789", "192.0.2.4:8472"}));
}

TEST_CASE("snooping: permanent entries count without a querier, and without snooping") {
  const Group& group = either_family();
  const std::string more =
      GENERATE(as<std::string>(), "multicast_snooping: true", "multicast_snooping: false");
  CAPTURE(more);
  Site site(group, more);
  REQUIRE(site.mdb("add", group.address, "192.0.2.3").exit_code == 0);
  CHECK(site.goes_to({"192.0.2.3:4789"}));
  REQUIRE(site.mdb("add", group.address, "192.0.2.4:8472").exit_code == 0);
  CHECK(site.goes_to({"192.0.2.3:4789", "192.0.2.4:8472"}));
  CHECK(site.sent_to(group.other_address, group.other_mac, 3) == kFlood);

  REQUIRE(site.mdb("del", group.address, "192.0.2.4:8472").exit_code == 0);
  CHECK(site.goes_to({"192.0.2.3:4789"}));
  REQUIRE(site.mdb("del", group.address, "192.0.2.3").exit_code == 0);
  CHECK(site.goes_to(kFlood));
}

TEST_CASE("snooping: what mdb cannot do is refused with its object and cause") {
  Site site(kIpv4Group);
  REQUIRE(site.mdb("add", "239.7.7.7", "192.0.2.3").exit_code == 0);
  struct Case {
    std::string verb, group, remote;
    std::vector<std::string> said;
  };
  for (const Case& one : {Case{"add", "239.7.7.7", "192.0.2.3", {"239.7.7.7", "192.0.2.3:4789", "exists"}},
                          Case{"del", "239.7.7.7", "192.0.2.4", {"239.7.7.7", "192.0.2.4", "no such"}},
                          Case{"add", "10.42.0.2", "192.0.2.3", {"10.42.0.2", "no multicast group"}},
                          Case{"add", "224.0.0.251", "192.0.2.3", {"224.0.0.251", "always flooded"}},
                          Case{"add", "02:99:00:00:00:01", "192.0.2.3", {"02:99:00:00:00:01", "multicast"}},
                          Case{"add", "239.7.7.9", "192.0.2.1", {"192.0.2.1", "own address"}}}) {
    CAPTURE(one.verb, one.group, one.remote);
    const auto result = site.mdb(one.verb, one.group, one.remote);
    CHECK(result.exit_code == 1);
    for (const auto& said : one.said) CHECK_THAT(result.err, ContainsSubstring(said));
  }
}

TEST_CASE("snooping: the local link's groups are flooded, joined or not") {
  Site site(kIpv4Group);
  site.ask();
  const Group local{Family::kIpv4, "224.0.0.251", "01:00:5e:00:00:fb", {}, {}};
  const UniqueFd local_member = join(site.wire.host(1), local);
  const UniqueFd member = join(site.wire.host(1), site.group);
  REQUIRE(site.goes_to({"192.0.2.2:4789"}));
  CHECK(site.sent_to(local.address, local.mac, 3) == kFlood);
}
