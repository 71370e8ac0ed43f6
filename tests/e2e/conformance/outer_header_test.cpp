#include <algorithm>
#include <set>

#include "conformance/datagrams.hpp"
#include "conformance/topic.hpp"
#include "support/catch.hpp"

// The outer header as it is without being told, and the source port.

using namespace vxtap::conformance;
using vxtap::lab::Bytes;
using vxtap::lab::Family;

namespace {

std::string defaults(Stage& stage) {
  const auto outer = stage.outer_of(stage.frame_to(stage.station()));
  return "ttl " + std::to_string(outer.ttl) + ", tos " + hex(outer.tos) +
         (outer.dont_fragment ? ", DF" : ", no DF") + ", port " + std::to_string(outer.destination_port);
}

std::string vxlan_header(Stage& stage) {
  const auto payload = stage.outer_of(stage.frame_to(stage.station())).payload;
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) text += (i == 0 ? "" : " ") + hex(payload.at(i)).substr(2);
  return text;
}

Bytes flow_frame(Stage& stage, Family inner, std::uint16_t flow) {
  auto spec = datagram_out(stage, inner);
  spec.destination_mac = kBroadcast;
  spec.source_port = flow;
  return vxtap::lab::udp_frame(spec);
}

/// The source ports of 30 inner flows, each sent twice.
std::string ports_of_flows(Stage& stage, Family inner, std::uint16_t first, std::uint16_t last) {
  std::vector<Bytes> frames;
  for (std::uint16_t flow = 0; flow < 60; ++flow)
    frames.push_back(flow_frame(stage, inner, static_cast<std::uint16_t>(1 + flow / 2)));
  stage.send(frames);
  std::set<std::uint16_t> ports;
  bool stable = true;
  for (std::size_t i = 0; i < frames.size(); i += 2) {
    const auto port = stage.seen(frames[i]).source_port;
    if (stage.seen(frames[i + 1]).source_port != port) stable = false;
    ports.insert(port);
  }
  const bool within = *ports.begin() >= first && *ports.rbegin() <= last;
  return std::string(within ? "within" : "outside") + (stable ? ", one a flow" : ", changing") +
         (ports.size() >= 5 ? ", several" : ", " + std::to_string(ports.size()));
}

std::string ports_of_non_ip(Stage& stage) {
  std::set<std::uint16_t> ports;
  const auto mac = stage.station();
  for (int i = 0; i < 5; ++i) ports.insert(stage.outer_of(stage.frame_to(mac)).source_port);
  return std::to_string(ports.size());
}

auto flows_within(std::uint16_t first, std::uint16_t last, Family inner = Family::kIpv4) {
  return [=](Stage& stage) { return ports_of_flows(stage, inner, first, last); };
}

Setup ports(const std::string& kernel, const std::string& vxtapd, Family family = Family::kIpv4) {
  return {.family = family,
          .segments = {{.kernel = "srcport " + kernel, .underlay = "source_port: " + vxtapd}}};
}

}  // namespace

TEST_CASE("conformance: outer header") {
  const Family v6 = Family::kIpv6;
  // The kernel's range does not include its end.
  const Setup hundred = ports("50000 50100", "50000-50099");
  const Setup hundred_v6 = ports("50000 50100", "50000-50099", v6);
  run_topic(
      "outer header",
      {
          {"IPv4, by default", {}, defaults, "ttl 64, tos 0x00, no DF, port 4789"},
          {"IPv6, by default", {.family = v6}, defaults, "ttl 64, tos 0x00, no DF, port 4789"},
          {"port 8472", {.segments = {{.port = 8472}}}, defaults, "ttl 64, tos 0x00, no DF, port 8472"},
          {"the VXLAN header of VNI 0xABCDEF",
           {.segments = {{.vni = 0xABCDEF}}},
           vxlan_header,
           "08 00 00 00 ab cd ef 00"},
          {"source ports 50000 to 50099, 30 flows", hundred, flows_within(50000, 50099),
           "within, one a flow, several"},
          {"the same, inner IPv6", hundred, flows_within(50000, 50099, v6), "within, one a flow, several"},
          {"the same, IPv6 in IPv6", hundred_v6, flows_within(50000, 50099, v6),
           "within, one a flow, several"},
          {"a single source port", ports("50123 50124", "50123"), flows_within(50123, 50123),
           "within, one a flow, 1"},
          {"source ports of frames that are not IP, same MACs", hundred, ports_of_non_ip, "1"},
          {"source ports by default within 49152 to 65535",
           {},
           flows_within(49152, 65535),
           "within, one a flow, several",
           Difference{"outside, one a flow, several",
                      "the kernel takes ip_local_port_range; RFC 7348 recommends 49152-65535"}},
      });
}
