#include "frames.hpp"

#include <tins/tins.h>

#include <memory>

namespace vxtap::test {
namespace {

Bytes serialized(const Shape& shape, const std::string& payload) {
  Tins::EthernetII ethernet("02:00:00:00:00:0b", "02:00:00:00:00:0a");
  std::unique_ptr<Tins::PDU> ip, l4;
  if (shape.v6)
    ip = std::make_unique<Tins::IPv6>("fd00:1:2:3::b", "fd00:1:2:3::a");
  else
    ip = std::make_unique<Tins::IP>("10.11.12.13", "192.168.200.7");
  if (shape.tcp)
    l4 = std::make_unique<Tins::TCP>(443, 51234);
  else
    l4 = std::make_unique<Tins::UDP>(443, 51234);
  if (!payload.empty()) *l4 /= Tins::RawPDU(payload);
  *ip /= *l4;
  if (!shape.vlan) return (ethernet / *ip).serialize();
  Tins::Dot1Q tag(42);
  tag.append_padding(false);
  return (ethernet / tag / *ip).serialize();
}

}  // namespace

std::uint16_t naive_sum(BytesView bytes, std::uint32_t initial) {
  std::uint64_t sum = initial;
  for (std::size_t i = 0; i < bytes.size(); i += 2)
    sum += static_cast<std::uint64_t>(bytes[i] << 8 | (i + 1 < bytes.size() ? bytes[i + 1] : 0));
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

L4Frame make_frame(const Shape& shape, const std::string& payload) {
  L4Frame frame;
  frame.v6 = shape.v6;
  frame.tcp = shape.tcp;
  frame.ip_offset = shape.vlan ? 18 : 14;
  frame.l4_offset = frame.ip_offset + (shape.v6 ? 40 : 20);
  frame.bytes = serialized(shape, payload);
  frame.what = std::string(shape.vlan ? "tagged " : "") + (shape.tcp ? "TCP" : "UDP") +
               (shape.v6 ? " over IPv6, " : " over IPv4, ") + std::to_string(payload.size()) + " bytes";
  frame.trailer = frame.bytes.size() - frame.l4_offset - (shape.tcp ? 20 : 8) - payload.size();
  return frame;
}

std::vector<L4Frame> all_shapes(const std::string& payload) {
  std::vector<L4Frame> frames;
  for (const bool v6 : {false, true})
    for (const bool tcp : {false, true})
      for (const bool vlan : {false, true}) frames.push_back(make_frame({v6, tcp, vlan}, payload));
  return frames;
}

std::uint16_t L4Frame::checksum() const {
  return static_cast<std::uint16_t>(bytes[checksum_at()] << 8 | bytes[checksum_at() + 1]);
}

Bytes L4Frame::with_checksum(std::uint16_t value) const {
  Bytes changed = bytes;
  changed[checksum_at()] = static_cast<std::uint8_t>(value >> 8);
  changed[checksum_at() + 1] = static_cast<std::uint8_t>(value & 0xFF);
  return changed;
}

std::uint16_t L4Frame::pseudo_header_sum() const {
  const auto length = static_cast<std::uint32_t>(bytes.size() - trailer - l4_offset);
  const std::size_t size = v6 ? 32 : 8;
  const std::size_t addresses = ip_offset + (v6 ? 8 : 12);
  return naive_sum(BytesView(bytes).subspan(addresses, size), length + (tcp ? 6 : 17));
}

}  // namespace vxtap::test
