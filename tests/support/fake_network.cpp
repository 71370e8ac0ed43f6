#include "support/fake_network.hpp"

#include <algorithm>

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
  train_sizes_.clear();
  while (lent_.size() < datagrams.size() && !waiting_.empty()) {
    lent_.push_back(std::move(waiting_.front()));
    train_sizes_.push_back(0);
    waiting_.pop_front();
    if (trains_) join_train();
  }
  for (std::size_t i = 0; i < lent_.size(); ++i)
    datagrams[i] = {.source = lent_[i].source,
                    .source_port = lent_[i].source_port,
                    .tos = lent_[i].tos,
                    .payload = lent_[i].payload,
                    .train_size = train_sizes_[i]};
  return lent_.size();
}

/// As UDP_GRO does: datagrams of the first one's size, and at last a shorter one.
void FakeUnderlay::join_train() {
  Packet& train = lent_.back();
  const std::size_t size = train.payload.size();
  std::size_t last = size;
  while (!waiting_.empty() && last == size && waiting_.front().payload.size() <= size &&
         waiting_.front().source == train.source && waiting_.front().source_port == train.source_port &&
         train.payload.size() + size <= 65535) {
    last = waiting_.front().payload.size();
    train.payload = train.payload + waiting_.front().payload;
    train_sizes_.back() = static_cast<std::uint16_t>(size);
    waiting_.pop_front();
  }
}

void FakeUnderlay::send(std::span<const Outbound> copies, std::span<SendResult> results) noexcept {
  constexpr std::uint32_t kFirstPort = 49152, kPorts = 16384;  // RFC 7348 section 5
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const Outbound& copy = copies[i];
    const Bytes train = joined(copy.pieces);
    results[i] = {};
    for (std::size_t at = 0; at < train.size(); at += copy.datagram_size) {
      const auto datagram =
          BytesView(train).subspan(at).first(std::min<std::size_t>(copy.datagram_size, train.size() - at));
      const int error = network_.carry(
          {.source = local_,
           .source_port = static_cast<std::uint16_t>(kFirstPort + copy.outer.flow_hash % kPorts),
           .destination = copy.remote,
           .tos = copy.outer.tos,
           .payload = Bytes(datagram.begin(), datagram.end())});
      if (error == 0) continue;
      if (results[i].error == 0) results[i].error = error;
      ++results[i].failed;
    }
  }
}

}  // namespace vxtap::test
