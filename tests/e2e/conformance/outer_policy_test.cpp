#include "conformance/datagrams.hpp"
#include "conformance/packet_fate.hpp"
#include "support/catch.hpp"

// TTL, ToS and DF as configured, and as inherited from the inner packet.

using namespace vxtap::conformance;
using vxtap::lab::Bytes;
using vxtap::lab::Family;

namespace {

constexpr Family kV4 = Family::kIpv4;
constexpr Family kV6 = Family::kIpv6;

/// "ttl 10" for the kernel, "ttl: 10" for vxtapd.
Setup with(const std::string& key, const std::string& value, Family family = kV4) {
  return {.family = family, .segments = {{.kernel = key + " " + value, .underlay = key + ": " + value}}};
}

Setup with_tos_0x28(Family family = kV4) {
  return {.family = family, .segments = {{.kernel = "tos 0x28", .underlay = "tos: 40"}}};
}

Bytes inner_packet(Stage& stage, Family inner, std::uint8_t tos = 0) {
  auto spec = datagram_out(stage, inner);
  spec.tos = tos;
  return with_ttl(vxtap::lab::udp_frame(spec), 17);
}

Bytes not_ip(Stage& stage) {
  return stage.frame_to(stage.station());
}

auto ttl_of_ip(Family inner) {
  return [=](Stage& stage) { return std::to_string(stage.outer_of(inner_packet(stage, inner)).ttl); };
}
std::string ttl_of_not_ip(Stage& stage) {
  return std::to_string(stage.outer_of(not_ip(stage)).ttl);
}

auto tos_of_ip(Family inner, std::uint8_t tos) {
  return [=](Stage& stage) { return hex(stage.outer_of(inner_packet(stage, inner, tos)).tos); };
}
std::string tos_of_not_ip(Stage& stage) {
  return hex(stage.outer_of(not_ip(stage)).tos);
}

std::string flag_of(Stage& stage, const Bytes& frame) {
  return stage.outer_of(frame).dont_fragment ? "DF" : "no DF";
}

/// The outer flag for inner IPv4 without and with the flag, inner IPv6, and a frame that is not IP.
std::string dont_fragment(Stage& stage) {
  const Bytes with_flag = with_dont_fragment(inner_packet(stage, kV4));
  return flag_of(stage, inner_packet(stage, kV4)) + ", " + flag_of(stage, with_flag) + ", " +
         flag_of(stage, inner_packet(stage, kV6)) + ", " + flag_of(stage, not_ip(stage));
}

struct FarAway {
  std::string address;
  std::string first_hop, second_hop;
};
const FarAway kFarV4{"203.0.113.9", "192.0.2.2", "192.0.2.3"};
const FarAway kFarV6{"2001:db8:9::9", "2001:db8::2", "2001:db8::3"};

/// Host 1 passes it on to host 2.
std::string after_a_hop(Stage& stage) {
  const FarAway& far = stage.family() == kV4 ? kFarV4 : kFarV6;
  auto& router = stage.wire().host(1);
  router.sysctl("ipv4/ip_forward", "1");
  router.sysctl("ipv6/conf/all/forwarding", "1");
  router.ip("route replace " + far.address + " via " + far.second_hop);
  stage.host().ip("route replace " + far.address + " via " + far.first_hop);
  return std::to_string(stage.outer_of(not_ip(stage), 2).ttl);
}

Setup far_away(const FarAway& far, Family family) {
  Setup setup = with("ttl", "10", family);
  setup.segments.front().remotes = {{far.address}};
  return setup;
}

}  // namespace

TEST_CASE("conformance: ttl") {
  run_topic("ttl", {
                       {"10", with("ttl", "10"), ttl_of_ip(kV4), "10"},
                       {"10 over IPv6", with("ttl", "10", kV6), ttl_of_ip(kV4), "10"},
                       {"10 after a hop", far_away(kFarV4, kV4), after_a_hop, "9"},
                       {"10 over IPv6 after a hop", far_away(kFarV6, kV6), after_a_hop, "9"},
                       {"inherited from IPv4 with 17", with("ttl", "inherit"), ttl_of_ip(kV4), "17"},
                       {"inherited from IPv6 with 17", with("ttl", "inherit"), ttl_of_ip(kV6), "17"},
                       {"inherited from what is not IP", with("ttl", "inherit"), ttl_of_not_ip, "64"},
                       {"IPv4 over IPv6, inherited", with("ttl", "inherit", kV6), ttl_of_ip(kV4), "17"},
                       {"IPv6 over IPv6, inherited", with("ttl", "inherit", kV6), ttl_of_ip(kV6), "17"},
                   });
}

TEST_CASE("conformance: tos") {
  run_topic("tos",
            {
                {"0x28", with_tos_0x28(), tos_of_ip(kV4, 0), "0x28"},
                {"0x28, of what is not IP", with_tos_0x28(), tos_of_not_ip, "0x28"},
                {"0x28, inner 0x49", with_tos_0x28(), tos_of_ip(kV4, 0x49), "0x29"},
                {"0x28, inner 0x4b (CE)", with_tos_0x28(), tos_of_ip(kV4, 0x4b), "0x2a"},
                {"0x28 over IPv6, inner 0x49", with_tos_0x28(kV6), tos_of_ip(kV6, 0x49), "0x29"},
                {"inherited from IPv4 with 0x48", with("tos", "inherit"), tos_of_ip(kV4, 0x48), "0x48"},
                {"inherited from IPv6 with 0x48", with("tos", "inherit"), tos_of_ip(kV6, 0x48), "0x48"},
                {"inherited, inner 0x4b (CE)", with("tos", "inherit"), tos_of_ip(kV4, 0x4b), "0x4a"},
                {"inherited from what is not IP", with("tos", "inherit"), tos_of_not_ip, "0x00"},
                {"over IPv6, inherited from IPv4 with 0x48", with("tos", "inherit", kV6),
                 tos_of_ip(kV4, 0x48), "0x48"},
            });
}

TEST_CASE("conformance: df") {
  run_topic("df", {
                      {"unset, inner IPv4, IPv4 with DF, IPv6, other", with("df", "unset"), dont_fragment,
                       "no DF, no DF, no DF, no DF"},
                      {"set", with("df", "set"), dont_fragment, "DF, DF, DF, DF"},
                      {"inherit", with("df", "inherit"), dont_fragment, "no DF, DF, DF, no DF"},
                      {"set, device MTU 1500, underlay 1500: 1450, 1451, 1500",
                       {.segments = {{.mtu = 1500, .kernel = "df set", .underlay = "df: set"}}},
                       fates_of({1450, 1451, 1500}),
                       "whole, lost, lost"},
                  });
}
