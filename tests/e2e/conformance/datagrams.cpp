#include "conformance/datagrams.hpp"

#include <tins/tins.h>

#include <cstdio>

namespace vxtap::conformance {
namespace {

Tins::EthernetII parsed(const lab::Bytes& frame) {
  return Tins::EthernetII(frame.data(), static_cast<std::uint32_t>(frame.size()));
}

}  // namespace

lab::UdpFrame datagram_out(Stage& stage, lab::Family inner) {
  const std::string mark = std::to_string(stage.next_mark());
  lab::Bytes payload(mark.begin(), mark.end());
  payload.resize(32);
  return {.source_mac = lab::overlay_mac(0),
          .destination_mac = stage.station(),
          .source = lab::overlay_address(0, inner),
          .destination = lab::overlay_address(1, inner),
          .payload = payload};
}

lab::Bytes outer_packet(Stage& stage, const lab::Bytes& payload) {
  return lab::underlying_frame({.family = stage.family()}, payload);
}

std::string each_reserved_bit(Stage& stage) {
  constexpr std::uint32_t kFlag = 0x08000000;
  std::vector<lab::Bytes> packets;
  const auto add = [&](std::uint32_t bits, std::uint8_t last) {
    const auto payload = lab::vxlan(42, stage.frame_from(stage.station()), kFlag | bits, last);
    packets.push_back(outer_packet(stage, payload));
  };
  for (int bit = 0; bit < 32; ++bit)
    if (const std::uint32_t bits = std::uint32_t{1} << bit; bits != kFlag) add(bits, 0);
  for (int bit = 0; bit < 8; ++bit) add(0, static_cast<std::uint8_t>(1 << bit));
  const auto passed = stage.let_in_packets(packets).size();
  return std::to_string(passed) + " of " + std::to_string(packets.size()) + " passed";
}

lab::Bytes with_ttl(const lab::Bytes& frame, std::uint8_t ttl) {
  auto packet = parsed(frame);
  if (auto* v4 = packet.find_pdu<Tins::IP>()) v4->ttl(ttl);
  if (auto* v6 = packet.find_pdu<Tins::IPv6>()) v6->hop_limit(ttl);
  return packet.serialize();
}

lab::Bytes with_dont_fragment(const lab::Bytes& frame) {
  auto packet = parsed(frame);
  packet.rfind_pdu<Tins::IP>().flags(Tins::IP::DONT_FRAGMENT);
  return packet.serialize();
}

std::string hex(unsigned value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%02x", value);
  return text;
}

}  // namespace vxtap::conformance
