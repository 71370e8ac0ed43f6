#include "support/fake_network.hpp"

namespace vxtap::test {

int FakeNetwork::carry(const Packet& packet) {
  if (const auto error = errors_.find(packet.destination); error != errors_.end() && error->second != 0)
    return error->second;
  carried_.push_back(packet);
  if (const auto found = listeners_.find(packet.destination); found != listeners_.end())
    for (FakeUnderlay* listener : found->second) listener->arrive(packet);
  return 0;
}

std::vector<VtepAddress> FakeNetwork::destinations() const {
  std::vector<VtepAddress> addresses;
  for (const Packet& packet : carried_) addresses.push_back(packet.destination.address);
  return addresses;
}

std::size_t FakeUnderlay::receive(std::span<Datagram> datagrams) noexcept {
  lent_.clear();
  while (lent_.size() < datagrams.size() && !waiting_.empty()) {
    lent_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  for (std::size_t i = 0; i < lent_.size(); ++i)
    datagrams[i] = {lent_[i].source, lent_[i].source_port, lent_[i].tos, lent_[i].payload};
  return lent_.size();
}

void FakeUnderlay::send(std::span<const Outbound> copies, std::span<int> errnos) noexcept {
  constexpr std::uint32_t kFirstPort = 49152, kPorts = 16384;  // RFC 7348 section 5
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const Outbound& copy = copies[i];
    const auto bytes = copy.frame->bytes;
    errnos[i] =
        network_.carry({.source = local_,
                        .source_port = static_cast<std::uint16_t>(kFirstPort + copy.outer.flow_hash % kPorts),
                        .destination = copy.remote,
                        .tos = copy.outer.tos,
                        .payload = vxlan_datagram(copy.outer.vni, Bytes(bytes.begin(), bytes.end()))});
  }
}

}  // namespace vxtap::test
