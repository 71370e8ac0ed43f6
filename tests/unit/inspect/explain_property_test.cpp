// What is explained is what happens: random tables and random frames, each explained first and then given to
// the real pumps.
#include <optional>
#include <random>

#include "support/catch.hpp"
#include "support/ip_frames.hpp"
#include "support/membership_frames.hpp"
#include "support/printing.hpp"
#include "support/seed.hpp"
#include "unit/inspect/rig.hpp"
#include "vxtap/group_table.hpp"

using namespace vxtap;
using namespace vxtap::test;
using inspect::Explanation;
using inspect::Outcome;

namespace {

constexpr int kSituations = 60;
constexpr int kFrames = 120;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t below(std::size_t limit) {
    return static_cast<std::uint32_t>(std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_));
  }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <typename T>
  const T& of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

 private:
  std::mt19937_64 engine_;
};

const std::vector<std::string> kHosts{"02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03",
                                      "02:00:00:00:00:04", "02:00:00:00:00:05"};
const std::vector<std::string> kGroups{"ff:ff:ff:ff:ff:ff", "01:00:5e:01:01:01", "33:33:00:00:00:01"};
const std::vector<std::uint32_t> kVnis{100, 110, 120};

std::vector<std::string> peers_of(bool v4) {
  return v4 ? std::vector<std::string>{"192.0.2.2", "192.0.2.3", "192.0.2.4", "239.1.1.1"}
            : std::vector<std::string>{"2001:db8::2", "2001:db8::3", "2001:db8::4", "ff0e::1"};
}

/// A random configuration, and what is random about one frame.
class World {
 public:
  explicit World(std::uint64_t seed) : dice_(seed) {
    rig.add_local(0, address("192.0.2.1"));
    rig.add_local(1, address("2001:db8::1"));
    std::vector<Segment> segments;
    const bool trunk = dice_.one_in(2);
    for (std::size_t i = 0; i < kVnis.size(); ++i) {
      const auto tap = trunk ? TapId{0} : static_cast<TapId>(i);
      if (!rig.taps.contains(tap)) add_tap(tap);
      segments.push_back(
          segment(kVnis[i], tap, trunk ? static_cast<std::uint16_t>(10 * i) : std::uint16_t{0}));
    }
    rig.publish(std::move(segments));
    for (const Segment& one : rig.table().segments()) fill(one);
    spoil_network();
  }

  Rig rig;
  Dice& dice() { return dice_; }

  Bytes frame() {
    const std::string to = dice_.one_in(3) ? dice_.of(kGroups) : dice_.of(kHosts);
    Bytes bytes = body(to, dice_.of(kHosts));
    if (dice_.one_in(3)) tag(bytes);
    if (dice_.one_in(12)) bytes.resize(dice_.below(std::min<std::size_t>(bytes.size(), 30)));
    return bytes;
  }

  std::pair<EndpointId, Packet> packet() {
    const auto local = static_cast<EndpointId>(dice_.below(2));
    const bool v4 = local == 0;
    Packet out;
    out.source = dice_.one_in(12) ? rig.locals.at(local).endpoint.local : address(dice_.of(peers_of(v4)));
    out.source_port = static_cast<std::uint16_t>(50000 + dice_.below(3));
    out.tos = dice_.one_in(2) ? static_cast<std::uint8_t>(dice_.below(256)) : std::uint8_t{0};
    out.payload = vxlan_datagram(vni(dice_.one_in(15) ? 999 : dice_.of(kVnis)), inner());
    if (dice_.one_in(15)) out.payload[0] = 0;
    if (dice_.one_in(15))
      out.payload[dice_.below(2) == 0 ? 7 : 2] = static_cast<std::uint8_t>(1 + dice_.below(255));
    if (dice_.one_in(15)) out.payload.resize(dice_.below(30));
    return {local, out};
  }

 private:
  Dice dice_;

  void add_tap(TapId id) {
    auto& tap = rig.add_tap(id);
    if (!dice_.one_in(6)) return;
    tap.state->up = false;
    tap.port.answer(TapWrite::kDown);
  }

  Segment segment(std::uint32_t number, TapId tap, std::uint16_t vid) {
    const auto local = static_cast<EndpointId>(dice_.below(2));
    const bool v4 = local == 0;
    Segment out = rig.make_segment({local, vni(number)}, tap, vid);
    const auto peers = peers_of(v4);
    if (dice_.one_in(5))
      out.flood_list = {remote(peers.back())};
    else
      for (std::size_t i = 0; i < dice_.below(4); ++i) out.flood_list.push_back(remote(peers[i]));
    out.learning = !dice_.one_in(5);
    out.learn_port = dice_.one_in(3);
    out.unknown_unicast = dice_.one_in(3) ? UnknownUnicast::kDrop : UnknownUnicast::kFlood;
    out.tolerated_bits = dice_.one_in(3) ? VxlanHeader::kReservedMask : 0;
    if (dice_.one_in(3)) out.accept = SourcePolicy::of({}, {address(peers[0]), address(peers[1])});
    out.outer = {.ttl = static_cast<OuterPolicy::Ttl>(dice_.below(3)),
                 .ttl_value = static_cast<std::uint8_t>(1 + dice_.below(255)),
                 .tos = static_cast<OuterPolicy::Tos>(dice_.below(2)),
                 .tos_value = static_cast<std::uint8_t>(dice_.below(64) << 2),
                 .df = static_cast<OuterPolicy::Df>(dice_.below(3))};
    if (dice_.one_in(2)) watch(out, peers);
    return out;
  }

  void watch(Segment& segment, const std::vector<std::string>& peers) {
    if (dice_.one_in(2)) {
      segment.neighbours = &segment.state->neighbours;
      const std::vector<Binding> known{{address("10.0.0.2"), mac(kHosts[1])},
                                       {address("fd00::2"), mac(kHosts[2])}};
      segment.neighbours->configure(known);
    }
    if (!dice_.one_in(2)) return;
    segment.multicast_snooping = true;
    const GroupTable::Family family{.snooping = true, .reports_to_host = dice_.one_in(2)};
    std::vector<GroupTable::Entry> groups{{address("239.9.9.9"), {remote(peers[1])}}};
    groups.push_back({mac(kGroups[1]), {remote(peers[0]), remote(peers[2])}});
    segment.groups = std::make_shared<const GroupTable>(std::move(groups), family, family);
  }

  void fill(const Segment& segment) {
    const auto peers = peers_of(segment.local.is_v4());
    segment.state->fdb.limit = dice_.one_in(4) ? 3 : 100;
    for (const auto& host : kHosts) {
      if (dice_.one_in(2)) continue;
      FdbEntry entry{{segment.key, mac(host)},
                     remote(dice_.of(peers)),
                     static_cast<FdbState>(dice_.below(3)),
                     FdbOrigin::kConfig,
                     to_tick(rig.now)};
      entry.sticky = entry.state == FdbState::kReachable && dice_.one_in(3);
      REQUIRE(rig.fdb.put(entry, segment.state->fdb));
    }
    for (auto& bucket : segment.state->storm.buckets)
      if (dice_.one_in(4)) bucket.set_rate(2);
  }

  void spoil_network() {
    for (const bool v4 : {true, false})
      for (const auto& peer : peers_of(v4)) {
        if (dice_.one_in(3)) rig.network.narrow(remote(peer), dice_.one_in(2) ? 1400 : 1300);
        if (dice_.one_in(6)) rig.network.fail(remote(peer), EHOSTUNREACH);
      }
  }

  Bytes inner() {
    std::string from = dice_.of(kHosts);
    if (dice_.one_in(10)) from = dice_.one_in(2) ? "00:00:00:00:00:00" : kGroups[1];
    if (dice_.one_in(10)) from = "02:00:00:00:ff:0" + std::to_string(dice_.below(3));
    Bytes bytes = body(dice_.one_in(2) ? kGroups[0] : dice_.of(kHosts), from);
    if (dice_.one_in(8)) tag(bytes);
    return bytes;
  }

  void tag(Bytes& bytes) {
    const auto vid = static_cast<std::uint8_t>(10 * dice_.below(4));
    bytes = Bytes(bytes.begin(), bytes.begin() + 12) + Bytes{0x81, 0, 0, vid} +
            Bytes(bytes.begin() + 12, bytes.end());
    if (dice_.one_in(4)) tag(bytes);
  }

  Bytes body(const std::string& to, const std::string& from) {
    const Tins::EthernetII ethernet(to, from);
    switch (dice_.below(6)) {
      case 0:
        return arp(ethernet, from);
      case 1:
        return with_addresses(udp_v6(static_cast<std::uint8_t>(dice_.below(256)), {"fd00::1", "fd00::2"},
                                     std::string(payload(), 'x')),
                              to, from);
      case 2:
        return membership(from);
      case 3:
        return ethernet_frame(mac(to), mac(from), std::string(payload(), 'x'));
      default:
        return ipv4(ethernet, dice_.one_in(5) ? "239.9.9.9" : "10.0.0.2");
    }
  }

  Bytes arp(Tins::EthernetII ethernet, const std::string& from) {
    if (dice_.one_in(2)) ethernet.dst_addr(kGroups[0]);
    Tins::ARP question("10.0.0." + std::to_string(1 + dice_.below(3)), "10.0.0.5", "00:00:00:00:00:00", from);
    question.opcode(Tins::ARP::REQUEST);
    return (ethernet / question).serialize();
  }

  std::size_t payload() { return dice_.one_in(3) ? 1200 + dice_.below(400) : 4 + dice_.below(100); }

  Bytes ipv4(const Tins::EthernetII& ethernet, const std::string& to) {
    Tins::IP ip(to, "10.0.0.1");
    ip.tos(static_cast<std::uint8_t>(dice_.below(256)));
    if (dice_.one_in(2)) ip.flags(Tins::IP::DONT_FRAGMENT);
    const auto port = static_cast<std::uint16_t>(dice_.below(60000));
    return (ethernet / ip / Tins::UDP(53, port) / Tins::RawPDU(std::string(payload(), 'x'))).serialize();
  }

  /// IGMPv2: a report or a leave for a group.
  Bytes membership(const std::string& from) {
    constexpr std::uint8_t kJoin = 0x16, kLeave = 0x17;
    return with_addresses(igmp_frame(Bytes{dice_.one_in(2) ? kJoin : kLeave, 0, 0, 0} + octets("239.9.9.9")),
                          kGroups[1], from);
  }

  static Bytes with_addresses(Bytes bytes, const std::string& to, const std::string& from) {
    const Bytes head = ethernet_frame(mac(to), mac(from), "");
    std::copy_n(head.begin(), 12, bytes.begin());
    return bytes;
  }
};

std::uint64_t drops(const Rig& rig, const Segment* segment, DropReason reason) {
  if (segment == nullptr) return rig.unattributed(reason);
  return segment->state->totals().drops[static_cast<std::size_t>(reason)];
}

/// What the explanation says will be counted under each reason.
std::array<std::uint64_t, kDropReasonCount> expected_drops(const Explanation& told) {
  std::array<std::uint64_t, kDropReasonCount> out{};
  for (const auto& copy : told.copies)
    if (copy.drop) ++out[static_cast<std::size_t>(*copy.drop)];
  if (told.copies.empty() && told.outcome == Outcome::kDropped && told.reason)
    ++out[static_cast<std::size_t>(*told.reason)];
  return out;
}

struct Counts {
  std::array<std::uint64_t, kDropReasonCount> drops{};
  std::uint64_t suppressed = 0, flooded = 0;
};
Counts counts_of(const Rig& rig, const Segment* segment) {
  Counts out;
  for (std::size_t i = 0; i < kDropReasonCount; ++i)
    out.drops[i] = drops(rig, segment, static_cast<DropReason>(i));
  if (segment != nullptr) out.suppressed = segment->state->totals().suppressed;
  if (segment != nullptr) out.flooded = segment->state->totals().flooded;
  return out;
}

void check_counts(const Rig& rig, const Explanation& told, const Counts& before) {
  const Counts after = counts_of(rig, told.segment);
  const auto wanted = expected_drops(told);
  for (std::size_t i = 0; i < kDropReasonCount; ++i) {
    CAPTURE(kDropReasons[i].name);
    CHECK(after.drops[i] - before.drops[i] == wanted[i]);
  }
  const bool kept = told.outcome == Outcome::kAnswered || (told.outcome == Outcome::kDropped && !told.reason);
  CHECK(after.suppressed - before.suppressed == (kept ? 1 : 0));
}

/// Every copy that is said to leave left, with these headers and this frame, and no other did.
void check_copies(const Rig& rig, const Explanation& told, std::size_t carried_before) {
  std::size_t at = carried_before;
  for (const auto& copy : told.copies) {
    if (copy.drop) continue;
    REQUIRE(at < rig.network.carried().size());
    const Packet& packet = rig.network.carried()[at++];
    const BytesView headers(copy.outer.bytes);
    CHECK(packet.destination == copy.remote);
    CHECK(packet.source_port == copy.source_port);
    const bool v4 = told.segment->local.is_v4();
    const auto first = load_be<std::uint16_t>(headers, 0).value();
    CHECK(packet.tos == (v4 ? first & 0xFF : first >> 4 & 0xFF));
    const auto vxlan = headers.last(kVxlanHeaderSize);
    CHECK(packet.payload == Bytes(vxlan.begin(), vxlan.end()) + told.inner);
  }
  CHECK(at == rig.network.carried().size());
}

/// Explaining changes nothing: not even the order of what comes next.
template <typename Explain>
Explanation explained(const Rig& rig, Explain explain) {
  const auto before = rig.everything();
  Explanation told = explain();
  REQUIRE(rig.everything() == before);
  CHECK(!told.change.empty());
  CHECK(!told.steps.empty());
  const bool ended = told.steps.back().result == inspect::StepResult::kDrop;
  CHECK(ended == (told.outcome == Outcome::kDropped));
  return told;
}

/// How often the cases came to what, so that none is forgotten unseen.
struct Seen {
  std::map<Outcome, int> outcomes;
  std::map<DropReason, int> reasons;

  void note(const Explanation& told) {
    ++outcomes[told.outcome];
    if (told.reason) ++reasons[*told.reason];
  }
};

void try_frame(World& world, Seen& seen) {
  Rig& rig = world.rig;
  auto tap = rig.taps.begin();
  std::advance(tap, world.dice().below(rig.taps.size()));
  const Bytes frame = world.frame();
  CAPTURE(tap->first, frame);
  const Explanation told = explained(rig, [&] { return rig.explain_tap(tap->first, frame); });
  seen.note(told);
  CAPTURE(told.steps.back().name, told.steps.back().why);
  const Counts before = counts_of(rig, told.segment);
  const auto carried = rig.network.carried().size();
  const auto delivered = tap->second.port.delivered().size();
  rig.send_tap(tap->first, frame);
  check_counts(rig, told, before);
  check_copies(rig, told, carried);
  if (told.outcome == Outcome::kFlooded) CHECK(counts_of(rig, told.segment).flooded == before.flooded + 1);
  if (told.outcome == Outcome::kAnswered) {
    REQUIRE(tap->second.port.delivered().size() == delivered + 1);
    CHECK(tap->second.port.delivered().back().bytes == told.answer);
  }
}

void check_learning(const Rig& rig, const Explanation& told) {
  if (!told.would_learn) return;
  const auto& learn = *told.would_learn;
  const auto hit = rig.fdb.lookup({told.segment->key, learn.mac});
  const bool taken = learn.outcome == LearnOutcome::kLearned || learn.outcome == LearnOutcome::kMoved ||
                     learn.outcome == LearnOutcome::kRefreshed;
  if (!taken && !learn.before) {
    CHECK(!hit);
    return;
  }
  REQUIRE(hit);
  CHECK(hit->remote.address == (taken ? learn.remote : *learn.before).address);
}

void try_packet(World& world, Seen& seen) {
  Rig& rig = world.rig;
  const auto [local, packet] = world.packet();
  CAPTURE(local, packet.source, packet.tos, packet.payload);
  const Explanation told =
      explained(rig, [&, id = local, &sent = packet] { return rig.explain_underlay(id, sent); });
  seen.note(told);
  CAPTURE(told.steps.back().name, told.steps.back().why);
  const Counts before = counts_of(rig, told.segment);
  std::map<TapId, std::size_t> delivered;
  for (const auto& [id, tap] : rig.taps) delivered[id] = tap.port.delivered().size();
  rig.send_underlay(local, packet);
  check_counts(rig, told, before);
  check_learning(rig, told);
  for (const auto& [id, tap] : rig.taps) {
    const bool here = told.outcome == Outcome::kDelivered && told.segment->tap == id;
    REQUIRE(tap.port.delivered().size() == delivered[id] + (here ? 1 : 0));
    if (here) CHECK(tap.port.delivered().back().bytes == told.inner);
  }
}

}  // namespace

TEST_CASE("explain: what is told is what the pumps then do") {
  const auto first = some_seed();
  Seen seen;
  for (auto seed = first; seed < first + kSituations; ++seed) {
    CAPTURE(seed);
    World world(seed);
    for (int i = 0; i < kFrames; ++i) {
      CAPTURE(i);
      try_frame(world, seen);
      try_packet(world, seen);
      world.rig.now += std::chrono::milliseconds(world.dice().below(300));
    }
  }
  CHECK(seen.outcomes.size() == 5);
  // All but what only the kernel says of a full queue.
  CHECK(seen.reasons.size() == kDropReasonCount - 1);
}
