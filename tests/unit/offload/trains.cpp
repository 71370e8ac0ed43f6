#include "trains.hpp"

#include <tins/tins.h>

#include <algorithm>

#include "support/catch.hpp"

namespace vxtap::test {
namespace {

std::unique_ptr<Tins::PDU> ip_of(const TrainPacket& packet) {
  const auto source = std::to_string(packet.source_host),
             destination = std::to_string(packet.destination_host);
  if (packet.v6) {
    auto ip = std::make_unique<Tins::IPv6>("fd00::" + destination, "fd00::" + source);
    ip->hop_limit(packet.hop_limit);
    ip->flow_label(packet.flow_label);
    ip->traffic_class(packet.traffic_class);
    return ip;
  }
  auto ip = std::make_unique<Tins::IP>("10.0.0." + destination, "10.0.0." + source);
  ip->tos(packet.traffic_class);
  ip->ttl(packet.hop_limit);
  ip->id(packet.identification);
  ip->flags(packet.dont_fragment ? Tins::IP::DONT_FRAGMENT : static_cast<Tins::IP::Flags>(0));
  return ip;
}

std::unique_ptr<Tins::PDU> l4_of(const TrainPacket& packet) {
  if (!packet.tcp) return std::make_unique<Tins::UDP>(packet.destination_port, packet.source_port);
  auto tcp = std::make_unique<Tins::TCP>(packet.destination_port, packet.source_port);
  tcp->seq(packet.sequence);
  tcp->ack_seq(packet.acknowledgement);
  tcp->window(packet.window);
  tcp->urg_ptr(packet.urgent_pointer);
  tcp->flags(packet.flags);
  if (packet.timestamp) {
    tcp->add_option({Tins::TCP::NOP});
    tcp->add_option({Tins::TCP::NOP});
    tcp->timestamp(*packet.timestamp, 9);
  }
  return tcp;
}

}  // namespace

Bytes TrainPacket::bytes() const {
  auto ip = ip_of(*this);
  auto l4 = l4_of(*this);
  if (!payload.empty()) *l4 /= Tins::RawPDU(payload);
  *ip /= *l4;
  Tins::EthernetII ethernet(destination_mac, source_mac);
  if (vlan) {
    Tins::Dot1Q tag(*vlan);
    tag.append_padding(false);
    tag.priority(vlan_priority);
    ethernet /= tag;
  }
  Bytes made = (ethernet / *ip).serialize();
  made.resize(header_size() + payload.size());
  // All ones and zero are one number; whoever cuts a superframe writes the first (RFC 768).
  const MutableBytes field = MutableBytes(made).subspan(checksum_at(), 2);
  if (load_be<std::uint16_t>(field, 0) == std::uint16_t{0}) store_be(field, 0, std::uint16_t{0xFFFF});
  return made;
}

TrainPacket TrainPacket::next() const {
  TrainPacket following = *this;
  following.identification = static_cast<std::uint16_t>(identification + 1);
  following.sequence += static_cast<std::uint32_t>(payload.size());
  return following;
}

std::vector<TrainPacket> all_train_packets() {
  std::vector<TrainPacket> packets;
  for (const bool v6 : {false, true})
    for (const bool tcp : {false, true})
      for (const bool dressed : {false, true}) {
        TrainPacket packet{.v6 = v6, .tcp = tcp};
        if (dressed) packet.vlan = 42;
        if (dressed && tcp) packet.timestamp = 1234;
        packets.push_back(packet);
      }
  return packets;
}

std::string name_of(const TrainPacket& packet) {
  return std::string(packet.vlan ? "tagged " : "") + (packet.tcp ? "TCP" : "UDP") +
         (packet.timestamp ? " with timestamps" : "") + (packet.v6 ? " over IPv6" : " over IPv4");
}

std::vector<TrainPacket> train_of(TrainPacket first, std::size_t count) {
  std::vector<TrainPacket> train;
  for (std::size_t i = 0; i < count; ++i) {
    train.push_back(first);
    first = first.next();
    if (!first.payload.empty()) first.payload.front() = static_cast<char>('a' + i % 26);
  }
  return train;
}

Bytes with_bytes(Bytes packet, std::size_t at, const Bytes& values) {
  std::copy(values.begin(), values.end(), packet.begin() + static_cast<std::ptrdiff_t>(at));
  return packet;
}

Bytes with_ip_checksum(Bytes packet) {
  const MutableBytes ip = MutableBytes(packet).subspan(14, 20);
  store_be(ip, 10, std::uint16_t{0});
  store_be(ip, 10, static_cast<std::uint16_t>(~naive_sum(ip)));
  return packet;
}

void Batch::add(const Bytes& packet, std::uint32_t group, const FrameOffload& offload) {
  added.push_back(packet);
  // A block of exactly this size, so that a sanitizer sees a step too far.
  storage_.push_back(std::make_unique<Bytes>(packet.begin(), packet.end()));
  if (short_way_ && coalescer.add_next(group, *storage_.back()))
    ++went_short_;
  else
    coalescer.add(group, *storage_.back(), offload);
}

void Batch::add(const std::vector<TrainPacket>& packets, std::uint32_t group) {
  for (const auto& packet : packets) add(packet.bytes(), group);
}

void check_untouched(Batch& batch) {
  const auto runs = batch.finish();
  REQUIRE(runs.size() == batch.added.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    CHECK(runs[i].packets == 1);
    CHECK(runs[i].bytes == batch.added[i].size());
    CHECK(joined(runs[i].frame) == batch.added[i]);
    CHECK(runs[i].frame.offload.gso == FrameOffload::Gso::kNone);
    CHECK_FALSE(runs[i].frame.offload.needs_checksum);
  }
}

void check_joined(Batch& batch) {
  const auto runs = batch.finish();
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].packets == batch.added.size());
  CHECK(naive_cut(runs[0].frame) == batch.added);
}

}  // namespace vxtap::test
