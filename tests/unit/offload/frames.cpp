#include "frames.hpp"

#include <tins/tins.h>

#include <algorithm>
#include <memory>

namespace vxtap::test {
namespace {

std::unique_ptr<Tins::PDU> ip_of(const PacketSpec& spec) {
  if (spec.shape.v6) {
    auto ip = std::make_unique<Tins::IPv6>("fd00:1:2:3::b", "fd00:1:2:3::a");
    const Bytes short_pad{1, 4, 0, 0, 0, 0}, long_pad{1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    if (spec.ip_options) {
      ip->add_header({Tins::IPv6::HOP_BY_HOP, short_pad.begin(), short_pad.end()});
      ip->add_header({Tins::IPv6::DESTINATION_OPTIONS, long_pad.begin(), long_pad.end()});
    }
    return ip;
  }
  auto ip = std::make_unique<Tins::IP>("10.11.12.13", "192.168.200.7");
  ip->id(spec.identification);
  // With options that carry data libtins 4.0 takes a wrong destination into the pseudo header.
  for (int i = 0; spec.ip_options && i < 7; ++i) ip->noop();
  if (spec.ip_options) ip->eol();
  return ip;
}

std::unique_ptr<Tins::PDU> l4_of(const PacketSpec& spec) {
  if (!spec.shape.tcp) return std::make_unique<Tins::UDP>(443, 51234);
  auto tcp = std::make_unique<Tins::TCP>(443, 51234);
  tcp->seq(spec.sequence);
  tcp->flags(spec.tcp_flags);
  if (spec.tcp_options) tcp->timestamp(0x01020304, 0xF1F2F3F4);
  return tcp;
}

/// libtins 4.0 knows no service tag of its own and, behind one tag, calls the next one that.
void swap_tag_types(Bytes& frame) {
  std::swap_ranges(frame.begin() + 12, frame.begin() + 14, frame.begin() + 16);
}

}  // namespace

std::string random_text(std::mt19937& random, std::size_t count) {
  std::string text(count, '\0');
  for (auto& character : text) character = static_cast<char>(random());
  return text;
}

L4Frame make_packet(const PacketSpec& spec, const std::string& payload) {
  const auto ip = ip_of(spec), l4 = l4_of(spec);
  const std::size_t tags = (spec.shape.vlan ? 1 : 0) + (spec.service_tag ? 1 : 0);
  L4Frame frame;
  frame.v6 = spec.shape.v6;
  frame.tcp = spec.shape.tcp;
  frame.ip_offset = 14 + 4 * tags;
  frame.l4_offset = frame.ip_offset + ip->header_size();
  frame.header_size = frame.l4_offset + l4->header_size();
  if (!payload.empty()) *l4 /= Tins::RawPDU(payload);
  *ip /= *l4;
  Tins::EthernetII ethernet("02:00:00:00:00:0b", "02:00:00:00:00:0a");
  for (std::size_t i = 0; i < tags; ++i) {
    Tins::Dot1Q tag(static_cast<std::uint16_t>(42 + i));
    tag.append_padding(false);
    ethernet /= tag;
  }
  frame.bytes = (ethernet / *ip).serialize();
  if (tags == 2) swap_tag_types(frame.bytes);
  frame.what = std::string(tags == 0   ? ""
                           : tags == 1 ? "tagged "
                                       : "twice tagged ") +
               (spec.shape.tcp ? "TCP" : "UDP") + (spec.tcp_options ? " with options" : "") +
               (spec.shape.v6 ? " over IPv6, " : " over IPv4, ") + (spec.ip_options ? "its options, " : "") +
               std::to_string(payload.size()) + " bytes";
  frame.trailer = frame.bytes.size() - frame.header_size - payload.size();
  return frame;
}

L4Frame make_frame(const Shape& shape, const std::string& payload) {
  return make_packet({.shape = shape}, payload);
}

std::vector<L4Frame> all_shapes(const std::string& payload) {
  std::vector<L4Frame> frames;
  for (const bool v6 : {false, true})
    for (const bool tcp : {false, true})
      for (const bool vlan : {false, true}) frames.push_back(make_frame({v6, tcp, vlan}, payload));
  return frames;
}

Superframe make_superframe(const PacketSpec& spec, std::string payload, std::uint16_t segment_size,
                           std::uint16_t stated_length) {
  L4Frame made = make_packet(spec, payload.substr(0, 100));
  made.bytes.resize(made.header_size);
  const MutableBytes bytes(made.bytes);
  store_be(bytes, made.ip_offset + (made.v6 ? 4 : 2), stated_length);
  if (!made.v6) store_be(bytes, made.ip_offset + 10, stated_length);
  if (!made.tcp) store_be(bytes, made.l4_offset + 4, stated_length);
  store_be(bytes, made.checksum_at(), std::uint16_t{0x5A5A});
  const FrameOffload offload{.needs_checksum = true,
                             .checksum_start = static_cast<std::uint16_t>(made.l4_offset),
                             .checksum_offset = static_cast<std::uint16_t>(made.checksum_offset()),
                             .gso = !made.tcp ? FrameOffload::Gso::kUdp
                                    : made.v6 ? FrameOffload::Gso::kTcpV6
                                              : FrameOffload::Gso::kTcpV4,
                             .tcp_ecn = (spec.tcp_flags & Tins::TCP::CWR) != 0,
                             .segment_size = segment_size,
                             .header_size = static_cast<std::uint16_t>(made.header_size)};
  const auto what =
      made.what + ", of " + std::to_string(payload.size()) + " by " + std::to_string(segment_size);
  return {what, spec, std::move(payload), made.bytes, offload};
}

std::vector<Superframe> all_superframes() {
  std::vector<Superframe> all;
  for (unsigned bits = 0; bits < 64; ++bits) {
    const auto bit = [bits](unsigned n) { return (bits >> n & 1) != 0; };
    const PacketSpec spec{.shape = {.v6 = bit(0), .tcp = bit(1), .vlan = bit(2)},
                          .service_tag = bit(3),
                          .ip_options = bit(4),
                          .tcp_options = bit(5)};
    all.push_back(make_superframe(spec, std::string(300, 'x'), 100));
  }
  return all;
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
  return naive_pseudo_sum(bytes, ip_offset, bytes.size() - trailer - l4_offset, tcp ? 6 : 17);
}

}  // namespace vxtap::test
