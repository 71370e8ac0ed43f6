// Batches of packets, many of them trains: whatever was joined, cut again it is what came in, in an order
// that keeps every flow's.
#include "offload/coalescer.hpp"

#include <deque>
#include <map>
#include <memory>

#include "fuzz/input.hpp"
#include "fuzz/mend_checksums.hpp"
#include "fuzz/require.hpp"
#include "offload/partial_checksum.hpp"
#include "support/naive_offload.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;

namespace {

constexpr std::size_t kMostPackets = 96;
constexpr std::uint32_t kMtu = 1500;

struct Arrived {
  Bytes bytes;
  std::uint32_t group = 0;
  FrameOffload offload;
};

/// The packet that a train has behind this one: its payload later in the sequence.
void move_on(Bytes& frame, std::size_t payload) {
  const auto ip = ip_of(frame);
  if (!ip) return;
  const MutableBytes bytes(frame);
  const auto add = [&bytes](std::size_t at, auto by) {
    const auto value = load_be<decltype(by)>(bytes, at);
    if (value) store_be(bytes, at, static_cast<decltype(by)>(*value + by));
  };
  if (!ip->v6) add(ip->offset + 4, std::uint16_t{1});
  if (ip->protocol == kProtocolTcp) add(ip->l4_offset + 4, static_cast<std::uint32_t>(payload));
}

std::size_t payload_of(const Bytes& frame) {
  const auto ip = ip_of(frame);
  if (!ip || ip->protocol != kProtocolTcp) return 0;
  const std::size_t header = load_be<std::uint8_t>(frame, ip->l4_offset + 12).value_or(0) / 16U * 4U;
  return frame.size() < ip->l4_offset + header ? 0 : frame.size() - ip->l4_offset - header;
}

/// Each step makes a frame, repeats one as the next of its train, or does so with something changed.
std::vector<Arrived> batch_of(Input& input) {
  std::vector<Arrived> batch;
  std::vector<Bytes> flows;
  while (!input.empty() && batch.size() < kMostPackets) {
    const std::uint8_t step = input.byte();
    if (flows.empty() || (step & 7) == 7) {
      Bytes frame = input.block();
      if ((step & 8) != 0) mend_checksums(frame);
      flows.push_back(frame);
      batch.push_back({frame, std::uint32_t{step} >> 7U, {}});
      continue;
    }
    Bytes& flow = flows[(step >> 4U & 7U) % flows.size()];
    const std::size_t repeats = (step & 7) == 6 ? 1 + input.below(64) : 1;
    for (std::size_t i = 0; i < repeats && batch.size() < kMostPackets; ++i) {
      move_on(flow, payload_of(flow));
      Bytes frame = flow;
      if ((step & 7) == 1 && !frame.empty()) frame[input.half() % frame.size()] = input.byte();
      if ((step & 7) == 2) frame.resize(frame.size() - input.half() % (frame.size() + 1));
      if ((step & 7) == 3) frame.push_back(input.byte());
      if ((step & 8) != 0) mend_checksums(frame);
      batch.push_back({frame, std::uint32_t{step} >> 7U, {}});
    }
  }
  return batch;
}

/// Of two ways to write a checksum of zero, and of the identification that nobody needs where nothing may be
/// fragmented, one.
Bytes normal(Bytes packet, bool unfinished, const FrameOffload& offload) {
  const MutableBytes bytes(packet);
  if (unfinished) {
    const auto sum = test::naive_sum(bytes.subspan(offload.checksum_start));
    store_be(bytes, std::size_t{offload.checksum_start} + offload.checksum_offset, test::naive_checksum(sum));
  }
  const auto ip = ip_of(packet);
  if (!ip || ip->fragment) return packet;
  if (!ip->v6 && ip->dont_fragment) {
    const auto header = bytes.subspan(ip->offset, ip->l4_offset - ip->offset);
    // That it was wrong stays to be seen.
    const bool right = test::naive_sum(header) == 0xFFFF;
    store_be(header, 4, std::uint16_t{0});
    store_be(header, 10, static_cast<std::uint16_t>(right ? 0 : 1));
  } else if (!ip->v6 && load_be<std::uint16_t>(bytes, ip->offset + 10) == std::uint16_t{0xFFFF}) {
    store_be(bytes, ip->offset + 10, std::uint16_t{0});
  }
  const std::size_t field = ip->l4_offset + 16;
  if (ip->protocol == kProtocolTcp && load_be<std::uint16_t>(bytes, field) == std::uint16_t{0})
    store_be(bytes, field, std::uint16_t{0xFFFF});
  return packet;
}

std::vector<Bytes> packets_in(const Bytes& whole, const FrameOffload& offload) {
  const bool single = offload.gso == FrameOffload::Gso::kNone;
  std::vector<Bytes> packets;
  for (const Bytes& packet : test::naive_cut(whole, offload))
    packets.push_back(normal(packet, single && offload.needs_checksum, offload));
  return packets;
}

/// Addresses, protocol and ports; of all that has none the same.
Bytes flow_of(const Bytes& packet) {
  const auto ip = ip_of(packet);
  if (!ip || ip->fragment || packet.size() < ip->l4_offset + 4) return {};
  if (ip->protocol != kProtocolTcp && ip->protocol != kProtocolUdp) return {};
  Bytes flow{ip->protocol};
  const auto from = packet.begin();
  const auto addresses = from + static_cast<std::ptrdiff_t>(ip->address_offset());
  flow.insert(flow.end(), addresses, addresses + static_cast<std::ptrdiff_t>(2 * ip->address_size()));
  const auto ports = from + static_cast<std::ptrdiff_t>(ip->l4_offset);
  flow.insert(flow.end(), ports, ports + 4);
  return flow;
}

void check(std::span<const Coalescer::Run> runs, const std::vector<Arrived>& batch) {
  std::map<std::pair<std::uint32_t, Bytes>, std::deque<Bytes>> waiting;
  std::size_t arrived = 0;
  for (const Arrived& one : batch)
    for (Bytes& packet : packets_in(one.bytes, one.offload)) {
      ++arrived;
      waiting[{one.group, flow_of(packet)}].push_back(std::move(packet));
    }
  for (const auto& run : runs) {
    const Bytes whole = test::joined(run.frame);
    const FrameOffload& offload = run.frame.offload;
    require(bytes_of(whole.size(), offload) == run.bytes, "a run's bytes are those of its packets");
    require(packets_of(whole.size(), offload) == run.packets, "and it counts them");
    for (const Bytes& packet : packets_in(whole, offload)) {
      const auto flow = waiting.find({run.group, flow_of(packet)});
      require(flow != waiting.end() && !flow->second.empty(), "a packet comes out of its flow");
      require(flow->second.front() == packet, "which is the next one, as it was");
      flow->second.pop_front();
      --arrived;
    }
  }
  require(arrived == 0, "all that arrived comes out");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const bool short_way = input.below(4) != 0;
  std::vector<Arrived> batch = batch_of(input);
  Coalescer coalescer(kMostPackets);
  std::vector<std::unique_ptr<Bytes>> storage;  // a block of exactly its size for each
  for (Arrived& one : batch) {
    storage.push_back(std::make_unique<Bytes>(one.bytes.begin(), one.bytes.end()));
    if (short_way && coalescer.add_next(one.group, *storage.back())) continue;
    one.offload = recognise_partial_checksum(*storage.back(), kMtu);
    coalescer.add(one.group, *storage.back(), one.offload);
  }
  check(coalescer.finish(), batch);
  return 0;
}
