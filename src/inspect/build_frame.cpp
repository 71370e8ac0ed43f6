#include "inspect/build_frame.hpp"

#include <tins/tins.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "core/inner_ip.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::inspect {
namespace {

constexpr std::size_t kEchoHeader = 8;

Tins::HWAddress<6> hardware(const MacAddress& mac) {
  const auto octets = mac.octets();
  return Tins::HWAddress<6>(octets.data());
}

Tins::RawPDU filler(std::size_t size) {
  return Tins::RawPDU(std::string(size, '\0'));
}

/// What an echo request of so many bytes in all carries.
std::size_t echo_payload(const FrameSpec& spec, std::size_t ip_header) {
  const std::size_t headers = ip_header + kEchoHeader;
  if (spec.size < headers)
    throw std::invalid_argument("--size " + std::to_string(spec.size) +
                                ": an echo request with its IP header has " + std::to_string(headers) +
                                " bytes at least");
  return spec.size - headers;
}

std::unique_ptr<Tins::PDU> echo_v4(const FrameSpec& spec) {
  Tins::IP ip(spec.ip_destination->to_string(), spec.ip_source->to_string());
  ip.flags(Tins::IP::DONT_FRAGMENT);
  ip.ttl(64);
  Tins::ICMP echo(Tins::ICMP::ECHO_REQUEST);
  echo.id(1);
  echo.sequence(1);
  return std::unique_ptr<Tins::PDU>((ip / echo / filler(echo_payload(spec, kIpv4Header))).clone());
}

std::unique_ptr<Tins::PDU> echo_v6(const FrameSpec& spec) {
  Tins::IPv6 ip(spec.ip_destination->to_string(), spec.ip_source->to_string());
  ip.hop_limit(64);
  Tins::ICMPv6 echo(Tins::ICMPv6::ECHO_REQUEST);
  echo.identifier(1);
  echo.sequence(1);
  return std::unique_ptr<Tins::PDU>((ip / echo / filler(echo_payload(spec, kIpv6Header))).clone());
}

std::unique_ptr<Tins::PDU> payload_of(const FrameSpec& spec) {
  if (!spec.ip_source || !spec.ip_destination) return std::make_unique<Tins::RawPDU>(filler(spec.size));
  if (spec.ip_source->is_v4() != spec.ip_destination->is_v4())
    throw std::invalid_argument("--ip-src " + spec.ip_source->to_string() + " and --ip-dst " +
                                spec.ip_destination->to_string() + ": of two address families");
  return spec.ip_source->is_v4() ? echo_v4(spec) : echo_v6(spec);
}

}  // namespace

Bytes build_frame(const FrameSpec& spec) {
  auto payload = payload_of(spec);
  Tins::EthernetII ethernet(hardware(spec.destination), hardware(spec.source));
  ethernet.payload_type(kExperimentalType);
  if (spec.vlan) {
    Tins::Dot1Q tag(*spec.vlan);
    tag.payload_type(kExperimentalType);
    tag.append_padding(false);
    ethernet /= tag;
  }
  ethernet /= *payload;
  Bytes frame = ethernet.serialize();
  // libtins fills small frames up, which is the business of whoever sends on a real wire.
  frame.resize(kEthernetHeaderSize + (spec.vlan ? kVlanTagSize : 0) + spec.size);
  return frame;
}

Bytes build_datagram(Vni vni, const Bytes& frame) {
  const auto header = VxlanHeader(vni).to_bytes();
  Bytes datagram(header.size() + frame.size());
  std::ranges::copy(frame, std::ranges::copy(header, datagram.begin()).out);
  return datagram;
}

}  // namespace vxtap::inspect
