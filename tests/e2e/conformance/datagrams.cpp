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
