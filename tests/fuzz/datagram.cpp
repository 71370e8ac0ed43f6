// Whatever arrives at a local VTEP's port, from the socket to the TAP: trains, learning, what a segment
// watches, joining, and the cutting for a host that takes no superframes.
#include "fuzz/mend_checksums.hpp"
#include "fuzz/require.hpp"
#include "fuzz/world.hpp"
#include "support/naive_offload.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;

namespace {

/// A datagram as an input says it: whose, what header, which frame.
test::Packet datagram(EndpointId local, Input& input) {
  test::Packet packet;
  packet.source = World::peer(local, input.byte());
  packet.source_port = static_cast<std::uint16_t>(50000 + input.below(3));
  packet.tos = input.byte();
  const std::uint8_t how = input.byte();
  Bytes inner = input.block();
  if ((how & 8) != 0) mend_checksums(inner);
  packet.payload = (how & 4) != 0 ? inner : test::vxlan_datagram(test::vni(100 + 10 * (how & 3)), inner);
  return packet;
}

/// Splits what a train of `size` bytes a datagram would hold, so that it arrives as one.
void arrive(World& world, EndpointId local, const test::Packet& whole, std::size_t size) {
  auto& port = *world.rig.locals.at(local).port;
  if (size < kVxlanHeaderSize) return port.arrive(whole);
  for (std::size_t at = 0; at < whole.payload.size(); at += size) {
    test::Packet part = whole;
    const auto piece = BytesView(whole.payload).subspan(at, std::min(size, whole.payload.size() - at));
    part.payload.assign(piece.begin(), piece.end());
    port.arrive(part);
  }
}

/// Whatever is told of a datagram beforehand is what comes of it.
void check_explained(World& world, EndpointId local, const test::Packet& packet) {
  const auto before = world.rig.everything();
  const auto told = world.rig.explain_underlay(local, packet);
  require(world.rig.everything() == before, "explaining changes nothing");
  const Sums sums = world.sums();
  world.rig.send_underlay(local, packet);
  const Sums after = world.sums();
  const bool dropped = told.outcome == inspect::Outcome::kDropped && told.reason;
  // Only the host's side knows that its queue is full.
  const auto full = static_cast<std::size_t>(DropReason::kTapFull);
  if (after.drops[full] != sums.drops[full]) return;
  require(after.dropped() - sums.dropped() == (dropped ? 1U : 0U), "what is told to be dropped is");
  if (!dropped) return;
  const auto reason = static_cast<std::size_t>(*told.reason);
  require(after.drops[reason] == sums.drops[reason] + 1, "under that reason");
}

/// What the host got, superframes cut.
void check_delivered(const World& world, const Sums& sums) {
  std::uint64_t packets = 0, bytes = 0;
  for (const auto& [id, tap] : world.rig.taps)
    for (const auto& frame : tap.port.delivered())
      for (const Bytes& packet : test::naive_cut(frame.bytes, frame.offload)) {
        ++packets;
        bytes += packet.size();
      }
  require(packets == sums.rx_packets, "the host gets as many packets as are counted");
  require(bytes == sums.rx_bytes, "and as many bytes");
}

void send_many(World& world, EndpointId local, Input& input) {
  for (int i = 0; i < 40 && !input.empty(); ++i) {
    const std::uint8_t how = input.byte();
    if (how == 0xFF) break;
    const std::size_t train = (how & 1) != 0 ? input.half() : 0;
    const test::Packet packet = datagram(local, input);
    for (int copies = 0; copies <= (how >> 1 & 3); ++copies) arrive(world, local, packet, train);
  }
  while (world.rig.receive(local) != 0) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  World world(input);
  for (int round = 0; round < 4 && !input.empty(); ++round) {
    const std::uint8_t how = input.byte();
    const auto local = static_cast<EndpointId>(how & 1);
    if ((how & 2) != 0) world.rig.locals.at(local).port->receive_trains();
    if ((how & 4) != 0)
      check_explained(world, local, datagram(local, input));
    else
      send_many(world, local, input);
    world.rig.now += std::chrono::milliseconds(4 * input.byte());
  }
  const Sums sums = world.sums();
  const std::uint64_t accounted = sums.rx_packets + world.seen.withheld + sums.dropped();
  require(accounted >= world.seen.from_underlay, "every datagram is delivered, withheld or dropped");
  require(accounted == world.seen.from_underlay || world.seen.superframes != 0, "and once");
  require(sums.tx_packets == 0 && world.rig.network.carried().empty(), "nothing that arrives is sent back");
  check_delivered(world, sums);
  return 0;
}
