#include "conformance/datagrams.hpp"
#include "conformance/topic.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

// The outer UDP checksum, sent and received, and the inner one, which is the overlay's own business.

using namespace vxtap::conformance;
using vxtap::lab::Bytes;
using vxtap::lab::Family;

namespace {

std::string sent(Stage& stage) {
  const auto outer = stage.outer_of(stage.frame_to(stage.station()));
  if (outer.udp_checksum == 0) return "zero";
  return outer.udp_checksum == outer.computed_checksum ? "right" : "wrong";
}

Bytes good_payload(Stage& stage) {
  return vxtap::lab::vxlan(42, stage.frame_from(stage.station()));
}

std::string received_right(Stage& stage) {
  return stage.verdict(good_payload(stage));
}

std::string received_zero(Stage& stage) {
  return stage.verdict(good_payload(stage), {.checksum = false});
}

std::string received_wrong(Stage& stage) {
  Bytes packet = outer_packet(stage, good_payload(stage));
  packet.back() ^= 0xFF;  // of the inner frame, which the outer checksum covers
  return stage.let_in_packets({packet}).empty() ? "dropped" : "passed";
}

/// An inner datagram one byte of which its checksum does not cover.
Bytes spoilt(const vxtap::lab::UdpFrame& spec) {
  Bytes frame = vxtap::lab::udp_frame(spec);
  frame.back() ^= 0xFF;
  return frame;
}

std::string inner_wrong(Stage& stage) {
  const Bytes out = spoilt(datagram_out(stage, Family::kIpv4));
  auto spec = datagram_out(stage, Family::kIpv4);
  std::swap(spec.source_mac, spec.destination_mac);
  const Bytes in = spoilt(spec);
  stage.send(out);
  return std::string(stage.reaches(out, 1) ? "out as sent" : "out changed") +
         (stage.let_in({vxtap::lab::vxlan(42, in)}) == std::vector<Bytes>{in} ? ", in as sent"
                                                                              : ", in changed");
}

/// A kernel VTEP with these words on host 1, for the length of a ping.
auto ping_to_kernel_peer(const std::string& words) {
  return [=](Stage& stage) -> std::string {
    auto& peer = stage.wire().host(1);
    vxtap::lab::add_kernel_vxlan(peer, {.self = 1, .family = stage.family()},
                                 "remote " + vxtap::lab::underlay_address(0, stage.family()) + " " + words);
    stage.host().ip("addr add 10.42.0.1/24 dev vx42");
    const bool reached = vxtap::lab::reaches(stage.host(), "10.42.0.2");
    stage.host().ip("addr del 10.42.0.1/24 dev vx42");
    peer.ip("link del vx42");
    return reached ? "answered" : "no answer";
  };
}

Setup with(const std::string& kernel, const std::string& underlay, Family family = Family::kIpv4) {
  return {.family = family, .segments = {{.kernel = kernel, .underlay = underlay}}};
}

}  // namespace

TEST_CASE("conformance: checksum") {
  const Family v6 = Family::kIpv6;
  const Setup off = with("noudpcsum", "udp_checksum: false");
  const Setup off_v6 = with("udp6zerocsumtx udp6zerocsumrx", "udp_checksum: false", v6);
  const Setup v6_open = with("udp6zerocsumrx", "", v6);
  run_topic("checksum",
            {
                {"sent", {}, sent, "right"},
                {"received right", {}, received_right, "passed"},
                {"received zero", {}, received_zero, "passed"},
                {"received wrong", {}, received_wrong, "dropped"},
                {"an inner checksum that is wrong", {}, inner_wrong, "out as sent, in as sent"},
                {"ping to a kernel peer with noudpcsum", {}, ping_to_kernel_peer("noudpcsum"), "answered"},
                {"sent, switched off", off, sent, "zero"},
                {"ping with noudpcsum at both ends", off, ping_to_kernel_peer("noudpcsum"), "answered"},
                {"sent over IPv6", {.family = v6}, sent, "right"},
                {"received right over IPv6", {.family = v6}, received_right, "passed"},
                {"received wrong over IPv6", {.family = v6}, received_wrong, "dropped"},
                {"received zero over IPv6",
                 {.family = v6},
                 received_zero,
                 "passed",
                 Difference{"dropped", "the kernel wants udp6zerocsumrx; RFC 7348 has zero accepted"}},
                {"sent over IPv6, switched off", off_v6, sent, "zero"},
                {"ping over IPv6 without checksums at both ends", off_v6,
                 ping_to_kernel_peer("udp6zerocsumtx udp6zerocsumrx"), "answered"},
                {"received zero over IPv6, udp6zerocsumrx", v6_open, received_zero, "passed"},
            });
}
