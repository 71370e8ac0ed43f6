// Whatever a guest hands to its TAP: a virtio header, believed as far as the frame bears it out, and the
// frame; through answering, segmenting and encapsulating to the underlay.
#include "fuzz/mend_checksums.hpp"
#include "fuzz/require.hpp"
#include "fuzz/world.hpp"
#include "io/virtio_header.hpp"
#include "support/naive_offload.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;

namespace {

struct TapFrame {
  Bytes bytes;
  FrameOffload offload;
};

/// As the kernel would describe the frame, where the input leaves that to us.
io::VirtioHeader fitting_header(const Bytes& frame, std::uint16_t segment_size) {
  const auto ip = ip_of(frame);
  io::VirtioHeader header;
  if (!ip) return header;
  const bool tcp = ip->protocol == kProtocolTcp;
  header.flags = io::VirtioHeader::kNeedsChecksum;
  header.checksum_start = static_cast<std::uint16_t>(ip->l4_offset);
  header.checksum_offset = tcp ? 16 : 6;
  header.gso_size = segment_size;
  if (segment_size != 0)
    header.gso_type = !tcp     ? io::VirtioHeader::kGsoUdpL4
                      : ip->v6 ? io::VirtioHeader::kGsoTcpV6
                               : io::VirtioHeader::kGsoTcpV4;
  return header;
}

TapFrame tap_frame(Input& input, std::size_t longest = 0xF000) {
  const std::uint8_t how = input.byte();
  io::VirtioHeader header;
  header.flags = input.byte();
  header.gso_type = input.byte();
  header.gso_size = input.half();
  header.checksum_start = input.half();
  header.checksum_offset = input.half();
  TapFrame frame{input.block(), {}};
  if ((how & 1) != 0) mend_checksums(frame.bytes);
  // More than an input has room for: what stands at the end repeats.
  const std::size_t longer = frame.bytes.empty() ? 0 : std::min(longest, std::size_t{how & 0xF0U} << 8);
  for (std::size_t i = 0; i < longer; ++i) frame.bytes.push_back(static_cast<std::uint8_t>(i));
  if ((how & 2) != 0) header = fitting_header(frame.bytes, header.gso_size);
  frame.offload = io::to_offload(header, frame.bytes);
  const std::size_t field = std::size_t{frame.offload.checksum_start} + frame.offload.checksum_offset;
  require(!frame.offload.needs_checksum || field + 2 <= frame.bytes.size(), "a checksum is in the frame");
  require(frame.offload.gso == FrameOffload::Gso::kNone || frame.offload.header_size <= frame.bytes.size(),
          "a superframe has its headers");
  return frame;
}

/// The frame without its trunk tag, the long way.
TapFrame untagged(TapFrame frame) {
  frame.bytes.erase(frame.bytes.begin() + 12, frame.bytes.begin() + 16);
  if (frame.offload.needs_checksum)
    frame.offload.checksum_start = static_cast<std::uint16_t>(frame.offload.checksum_start - 4);
  if (frame.offload.gso != FrameOffload::Gso::kNone)
    frame.offload.header_size = static_cast<std::uint16_t>(frame.offload.header_size - 4);
  return frame;
}

/// What leaves for each remote.
std::vector<Bytes> expected_packets(const TapFrame& frame) {
  const FrameOffload& offload = frame.offload;
  if (offload.gso != FrameOffload::Gso::kNone || !offload.needs_checksum)
    return test::naive_cut(frame.bytes, offload);
  Bytes whole = frame.bytes;
  const auto sum = test::naive_sum(BytesView(whole).subspan(offload.checksum_start));
  const std::size_t field = std::size_t{offload.checksum_start} + offload.checksum_offset;
  store_be(MutableBytes(whole), field, test::naive_checksum(sum));
  return {whole};
}

/// Of every frame what was sent, answered or dropped, and nothing else.
void check_fate(World& world, const TapFrame& sent, const Sums& before, std::size_t carried_before) {
  require(world.seen.from_tap.size() == 1, "a frame is shown once");
  const Onlooker::Frame& seen = world.seen.from_tap.front();
  require(seen.bytes == sent.bytes, "as the host handed it over");
  const Sums after = world.sums();
  const auto& carried = world.rig.network.carried();
  const std::size_t copies = carried.size() - carried_before;
  const std::uint64_t drops = after.dropped() - before.dropped();
  const std::uint64_t stands_for = packets_of(sent.bytes.size(), sent.offload);
  if (seen.answered) {
    require(after.suppressed == before.suppressed + 1 && copies == 0 && drops == 0, "answered: that is all");
    return;
  }
  if (seen.remotes == 0) {
    require(copies == 0 && after.tx_packets == before.tx_packets, "dropped: nothing left");
    require(drops >= stands_for && drops % stands_for == 0, "and is counted");
    return;
  }
  require(after.tx_packets - before.tx_packets <= stands_for, "counted once, however many copies left");
  require(world.seen.sent_datagrams == copies + world.seen.failed_datagrams, "sent is carried or failed");
  require(world.seen.sent_datagrams == seen.remotes * stands_for, "every packet for every remote");
  const auto expected = expected_packets(seen.tagged ? untagged(sent) : sent);
  require(expected.size() == stands_for, "as many packets as it stands for");
  std::map<Remote, std::size_t> next;  // to each remote in order
  for (std::size_t i = 0; i < copies; ++i) {
    const test::Packet& packet = carried[carried_before + i];
    const auto header = VxlanHeader::parse(packet.payload);
    require(header && header->has_vni() && header->reserved() == 0, "each behind a VXLAN header");
    const Bytes inner(packet.payload.begin() + kVxlanHeaderSize, packet.payload.end());
    require(inner == expected.at(next[packet.destination]++), "each is what a NIC would have made of it");
  }
}

/// Whatever is told of a frame beforehand is what comes of it.
void check_explained(World& world, TapId tap, const Bytes& frame) {
  const auto before = world.rig.everything();
  const auto told = world.rig.explain_tap(tap, frame);
  require(world.rig.everything() == before, "explaining changes nothing");
  const Sums sums = world.sums();
  const std::size_t carried = world.rig.network.carried().size();
  world.rig.send_tap(tap, frame);
  const std::uint64_t drops = world.sums().dropped() - sums.dropped();
  std::uint64_t lost = 0, left = 0;
  for (const auto& copy : told.copies) ++(copy.drop ? lost : left);
  if (told.copies.empty() && told.outcome == inspect::Outcome::kDropped && told.reason) lost = 1;
  require(drops == lost, "what is told to be dropped is");
  require(world.rig.network.carried().size() - carried == left, "and what is told to leave leaves");
}

constexpr std::size_t kLongestOfBatch = 0x1000;  // bytes to add; 64 frames to 4 remotes are a megabyte

/// Frames that are read, and leave, together.
void check_batch(World& world, TapId tap, Input& input) {
  std::vector<TapFrame> batch(1 + input.below(dataplane::TapPump::kFrames));
  std::uint64_t copies = 0;
  const bool alike = input.below(2) == 1;
  for (TapFrame& frame : batch) {
    frame = alike && &frame != &batch.front() ? batch.front() : tap_frame(input, kLongestOfBatch);
    world.rig.taps.at(tap).port.send(frame.bytes, frame.offload);
  }
  const std::size_t carried = world.rig.network.carried().size();
  world.rig.pump_tap(tap);
  require(world.seen.from_tap.size() == batch.size(), "every frame of a batch is shown");
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Onlooker::Frame& seen = world.seen.from_tap[i];
    require(seen.bytes == batch[i].bytes, "in order, and as the host handed it over");
    if (!seen.answered) copies += seen.remotes * packets_of(batch[i].bytes.size(), batch[i].offload);
  }
  require(world.seen.sent_datagrams == copies, "every packet for every remote");
  require(world.rig.network.carried().size() - carried + world.seen.failed_datagrams == copies,
          "is carried or failed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  World world(input);
  for (int i = 0; i < 6 && !input.empty(); ++i) {
    const std::uint8_t how = input.byte();
    const auto tap = static_cast<TapId>(how & 1);
    world.seen.reset();
    if ((how & 4) != 0) {
      check_batch(world, tap, input);
      break;  // one takes long enough
    }
    const TapFrame frame = tap_frame(input);
    const Sums before = world.sums();
    const std::size_t carried = world.rig.network.carried().size();
    if ((how & 2) != 0) {
      check_explained(world, tap, frame.bytes);
    } else {
      world.rig.send_tap(tap, frame.bytes, frame.offload);
      check_fate(world, frame, before, carried);
    }
    world.rig.now += std::chrono::milliseconds(how);
  }
  return 0;
}
