#include "lab/packets.hpp"

#include <tins/tins.h>

#include <algorithm>
#include <memory>

namespace vxtap::lab {
namespace {

bool is_v6(const std::string& address) {
  return address.find(':') != std::string::npos;
}

std::unique_ptr<Tins::PDU> ip_header(const std::string& source, const std::string& destination,
                                     std::uint8_t tos) {
  if (is_v6(source)) {
    auto ip = std::make_unique<Tins::IPv6>(Tins::IPv6Address(destination), Tins::IPv6Address(source));
    ip->traffic_class(tos);
    ip->hop_limit(64);
    return ip;
  }
  auto ip = std::make_unique<Tins::IP>(Tins::IPv4Address(destination), Tins::IPv4Address(source));
  ip->tos(tos);
  ip->ttl(64);
  return ip;
}

Bytes serialized_udp(const UdpFrame& spec) {
  Tins::EthernetII frame(spec.destination_mac, spec.source_mac);
  auto ip = ip_header(spec.source, spec.destination, spec.tos);
  Tins::UDP udp(spec.destination_port, spec.source_port);
  udp.inner_pdu(Tins::RawPDU(spec.payload));
  ip->inner_pdu(udp);
  frame.inner_pdu(*ip);
  return frame.serialize();
}

std::uint16_t recomputed_checksum(Tins::EthernetII frame) {
  const Bytes bytes = frame.serialize();
  return Tins::EthernetII(bytes.data(), static_cast<std::uint32_t>(bytes.size()))
      .rfind_pdu<Tins::UDP>()
      .checksum();
}

void read_ip(const Tins::EthernetII& frame, Outer& outer) {
  if (const auto* v4 = frame.find_pdu<Tins::IP>()) {
    outer.source = v4->src_addr().to_string();
    outer.destination = v4->dst_addr().to_string();
    outer.ttl = v4->ttl();
    outer.tos = v4->tos();
    outer.dont_fragment = (v4->flags() & Tins::IP::DONT_FRAGMENT) != 0;
  } else if (const auto* v6 = frame.find_pdu<Tins::IPv6>()) {
    outer.source = v6->src_addr().to_string();
    outer.destination = v6->dst_addr().to_string();
    outer.ttl = v6->hop_limit();
    outer.tos = v6->traffic_class();
  }
}

}  // namespace

Bytes test_frame(const std::string& source, const std::string& destination, std::uint32_t mark) {
  Tins::EthernetII frame(destination, source);
  Bytes payload(46, 0);
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&mark), sizeof mark, payload.begin());
  frame.inner_pdu(Tins::RawPDU(payload));
  frame.payload_type(kTestType);
  return frame.serialize();
}

bool is_test_frame(const Bytes& frame) {
  return frame.size() >= 14 && frame[12] == 0x88 && frame[13] == 0xB5;
}

Bytes udp_frame(const UdpFrame& spec) {
  return serialized_udp(spec);
}

Bytes vxlan(std::uint32_t vni, const Bytes& inner, std::uint32_t bits, std::uint8_t reserved) {
  const auto byte = [](std::uint32_t value, int shift) { return static_cast<std::uint8_t>(value >> shift); };
  Bytes out{byte(bits, 24), byte(bits, 16), byte(bits, 8), byte(bits, 0),
            byte(vni, 16),  byte(vni, 8),   byte(vni, 0),  reserved};
  out.insert(out.end(), inner.begin(), inner.end());
  return out;
}

Bytes underlying_frame(const Underlying& spec, const Bytes& payload) {
  Bytes frame =
      serialized_udp({.source_mac = underlay_mac(spec.from),
                      .destination_mac = underlay_mac(spec.to),
                      .source = spec.source.empty() ? underlay_address(spec.from, spec.family) : spec.source,
                      .destination = underlay_address(spec.to, spec.family),
                      .source_port = spec.source_port,
                      .destination_port = spec.destination_port,
                      .tos = spec.tos,
                      .payload = payload});
  const std::size_t checksum = 14 + (spec.family == Family::kIpv4 ? 20U : 40U) + 6;
  if (!spec.checksum) frame.at(checksum) = frame.at(checksum + 1) = 0;
  return frame;
}

void send_underlying(Wire& wire, const Underlying& spec, const Bytes& payload) {
  send_frame(wire.host(spec.from), "eth0", underlying_frame(spec, payload));
}

std::uint32_t Outer::vni() const {
  return std::uint32_t{payload[4]} << 16 | std::uint32_t{payload[5]} << 8 | payload[6];
}

std::optional<Outer> parse_outer(const Bytes& bytes, std::uint16_t port) try {
  const Tins::EthernetII frame(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  const auto* udp = frame.find_pdu<Tins::UDP>();
  const auto* payload = frame.find_pdu<Tins::RawPDU>();
  if (udp == nullptr || payload == nullptr || payload->payload_size() < 8) return {};
  if (port != 0 && udp->dport() != port) return {};
  Outer outer;
  read_ip(frame, outer);
  outer.destination_mac = frame.dst_addr().to_string();
  outer.source_port = udp->sport();
  outer.destination_port = udp->dport();
  outer.udp_checksum = udp->checksum();
  outer.computed_checksum = recomputed_checksum(frame);
  outer.payload = payload->payload();
  return outer;
} catch (const Tins::exception_base&) {
  return {};
}

bool carries_test_frame(const Bytes& frame) {
  const auto outer = parse_outer(frame);
  return outer && is_test_frame(outer->inner());
}

std::optional<std::uint8_t> inner_tos(const Bytes& bytes) try {
  const Tins::EthernetII frame(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  if (const auto* v4 = frame.find_pdu<Tins::IP>()) return v4->tos();
  if (const auto* v6 = frame.find_pdu<Tins::IPv6>()) return v6->traffic_class();
  return {};
} catch (const Tins::exception_base&) {
  return {};
}

}  // namespace vxtap::lab
