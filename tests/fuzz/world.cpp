#include "fuzz/world.hpp"

#include <cerrno>

#include "fuzz/require.hpp"
#include "vxtap/group_table.hpp"

namespace vxtap::fuzz {
namespace {

bool bit(std::uint8_t bits, int place) {
  return (bits >> place & 1) != 0;
}

const auto kGroupMac = test::mac("01:00:5e:01:01:01");
const auto kHost = test::mac("02:00:00:00:00:01"), kOther = test::mac("02:00:00:00:00:02");

/// Behind a VXLAN header. What is longer was sent as a superframe, if its headers say so.
std::size_t longest_packet(const Segment& segment) {
  return kVxlanHeaderSize + kEthernetHeaderSize + segment.tap_state->mtu.load();
}

std::size_t size_of(std::span<const BytesView> pieces) {
  std::size_t size = 0;
  for (const BytesView piece : pieces) size += piece.size();
  return size;
}

}  // namespace

void Onlooker::reset() {
  from_tap.clear();
  from_underlay = withheld = superframes = sent_datagrams = failed_datagrams = 0;
}

void Onlooker::saw(const dataplane::FromTap& frame) noexcept {
  from_tap.push_back({test::joined(frame.pieces), frame.drop, frame.answered, frame.verdict.tagged,
                      frame.verdict.segment == nullptr ? 0 : frame.verdict.remotes().size()});
}

void Onlooker::saw(const dataplane::ToUnderlay& sent) noexcept {
  require(size_of(sent.copy.pieces) == sent.copy.size, "a train's size is that of its pieces");
  require(sent.copy.size <= kMaxTrainBytes || sent.copy.datagrams() == 1, "a train is not too long");
  require(sent.copy.datagrams() <= kMaxTrainDatagrams, "and of no more datagrams than one call takes");
  sent_datagrams += sent.copy.datagrams();
  failed_datagrams += sent.result.failed;
}

void Onlooker::saw(const dataplane::FromUnderlay& datagram) noexcept {
  const Bytes read(datagram.datagram.payload.begin(), datagram.datagram.payload.end());
  ++from_underlay;
  if (datagram.withheld) ++withheld;
  if (!datagram.verdict.drop && read.size() > longest_packet(*datagram.verdict.segment)) ++superframes;
  require(datagram.verdict.drop || datagram.verdict.segment != nullptr, "what passes has a segment");
  require(datagram.verdict.drop || datagram.verdict.inner.size() + 8 == read.size(),
          "the inner frame is all that is behind the VXLAN header");
}

void Onlooker::saw(const dataplane::ToTap& written) noexcept {
  const std::size_t size = test::joined(written.frame.pieces).size();
  require(written.frame.offload.gso == FrameOffload::Gso::kNone || size > written.frame.offload.header_size,
          "a superframe has a payload");
}

std::uint64_t Sums::dropped() const {
  std::uint64_t sum = 0;
  for (const auto count : drops) sum += count;
  return sum;
}

VtepAddress World::peer(EndpointId local, std::size_t choice) {
  const auto last = static_cast<std::uint8_t>(1 + choice % 5);  // 1 is our own
  if (local == 0) return VtepAddress::from_v4({192, 0, 2, last});
  return VtepAddress::from_v6({0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last});
}

World::World(Input& input) {
  for (const EndpointId local : {EndpointId{0}, EndpointId{1}}) rig.add_local(local, peer(local, 0));
  for (TapId tap = 0; tap < kTaps; ++tap) {
    auto& added = rig.add_tap(tap);
    const std::uint8_t how = input.byte();
    if (bit(how, 0)) added.port.take_no_offload();
    if (bit(how, 1)) added.port.refuse_superframes();
    if (bit(how, 2) && bit(how, 3)) added.port.answer(TapWrite::kFull);
    if (bit(how, 4) && bit(how, 5)) added.state->up = false;
    if (bit(how, 6)) added.state->mtu = 9000;
  }
  std::vector<Segment> segments;
  segments.push_back(segment({0, test::vni(100)}, 0, 0, input));
  segments.push_back(segment({0, test::vni(110)}, 0, 10, input));
  segments.push_back(segment({1, test::vni(120)}, 0, 20, input));
  segments.push_back(segment({1, test::vni(130)}, 1, 0, input));
  rig.publish(std::move(segments));
  for (const Segment& one : rig.table().segments()) fill(one, input.byte());
  const std::uint8_t network = input.byte();
  if (bit(network, 0)) rig.network.narrow({peer(0, 1), kVxlanPort}, 1400);
  if (bit(network, 1)) rig.network.narrow({peer(1, 1), kVxlanPort}, 1280);
  if (bit(network, 2)) rig.network.narrow({peer(0, 2), kVxlanPort}, 600);
  if (bit(network, 3)) rig.network.fail({peer(0, 1), kVxlanPort}, EHOSTUNREACH);
  if (bit(network, 4)) rig.network.fail({peer(1, 2), kVxlanPort}, EMSGSIZE);
}

Segment World::segment(SegmentKey key, TapId tap, std::uint16_t vid, Input& input) {
  Segment out = rig.make_segment(key, tap, vid);
  const std::uint8_t how = input.byte(), outer = input.byte(), remotes = input.byte();
  out.learning = !bit(how, 0);
  out.learn_port = bit(how, 1);
  if (bit(how, 2)) out.unknown_unicast = UnknownUnicast::kDrop;
  if (bit(how, 3)) out.tolerated_bits = VxlanHeader::kReservedMask;
  if (bit(how, 4)) out.accept = SourcePolicy::of({{peer(key.endpoint, 0), 30}}, {peer(key.endpoint, 4)});
  out.outer = {.ttl = static_cast<OuterPolicy::Ttl>((outer & 3) % 3),
               .ttl_value = 9,
               .tos = static_cast<OuterPolicy::Tos>(outer >> 2 & 1),
               .tos_value = static_cast<std::uint8_t>(outer & 0xFC),
               .df = static_cast<OuterPolicy::Df>((outer >> 3 & 3) % 3)};
  for (int i = 0; i < 4; ++i)
    if (bit(remotes, i))
      out.flood_list.push_back({peer(key.endpoint, 1U + static_cast<unsigned>(i)), kVxlanPort});
  watch(out, static_cast<std::uint8_t>(how >> 5 | (remotes & 0xF0)));
  return out;
}

void World::watch(Segment& segment, std::uint8_t how) {
  if (bit(how, 0)) {
    segment.neighbours = &segment.state->neighbours;
    const std::vector<Binding> known{{test::address("10.0.0.2"), kOther}, {test::address("fd00::2"), kOther}};
    segment.neighbours->configure(known);
  }
  if (!bit(how, 1)) return;
  segment.multicast_snooping = true;
  const GroupTable::Family family{.snooping = true, .reports_to_host = bit(how, 2)};
  std::vector<GroupTable::Entry> groups{
      {test::address("239.9.9.9"), {{peer(segment.key.endpoint, 1), kVxlanPort}}},
      {kGroupMac, {{peer(segment.key.endpoint, 2), kVxlanPort}}}};
  segment.groups = std::make_shared<const GroupTable>(std::move(groups), family, family);
}

void World::fill(const Segment& segment, std::uint8_t how) {
  FdbAccount& account = segment.state->fdb;
  if (bit(how, 0)) account.limit = 2;
  FdbEntry entry{{segment.key, kHost},
                 {peer(segment.key.endpoint, how >> 1 & 3), kVxlanPort},
                 static_cast<FdbState>((how >> 3 & 3) % 3),
                 FdbOrigin::kConfig,
                 to_tick(rig.now)};
  entry.sticky = entry.state == FdbState::kReachable && bit(how, 5);
  require(rig.fdb.put(entry, account), "there is room for an entry");
  for (auto& bucket : segment.state->storm.buckets)
    if (bit(how, 6)) bucket.set_rate(2);
}

Sums World::sums() const {
  Sums sums;
  for (const Segment& segment : rig.table().segments()) {
    const SegmentTotals totals = segment.state->totals();
    sums.tx_packets += totals.tx_packets;
    sums.rx_packets += totals.rx_packets;
    sums.rx_bytes += totals.rx_bytes;
    sums.suppressed += totals.suppressed;
    for (std::size_t i = 0; i < kDropReasonCount; ++i) sums.drops[i] += totals.drops[i];
  }
  for (std::size_t i = 0; i < kDropReasonCount; ++i)
    sums.drops[i] += rig.unattributed(static_cast<DropReason>(i));
  return sums;
}

}  // namespace vxtap::fuzz
