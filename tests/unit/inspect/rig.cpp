#include "unit/inspect/rig.hpp"

#include <algorithm>
#include <cerrno>
#include <sstream>

namespace vxtap::test {

Rig::Tap& Rig::add_tap(TapId id) {
  Tap& tap = taps[id];
  tap.state->up = true;
  tap.state->mac = 0x02'00'00'00'FF'00 + id;
  tap.state->mtu = 1450;
  ports_.set_tap(id, &tap.port);
  return tap;
}

Rig::Local& Rig::add_local(EndpointId id, const VtepAddress& address) {
  Local& local = locals[id];
  local.endpoint = {.id = id, .local = address};
  local.port = std::make_unique<FakeUnderlay>(network, address);
  ports_.set_underlay(id, local.port.get());
  return local;
}

Segment Rig::make_segment(SegmentKey key, TapId tap, std::uint16_t vid) {
  Segment segment;
  segment.key = key;
  segment.name = "seg" + std::to_string(key.vni.value());
  segment.tap = tap;
  segment.vid = vid;
  segment.local = locals.at(key.endpoint).endpoint.local;
  segment.port = kVxlanPort;
  segment.accept = SourcePolicy::any();
  segment.state = std::make_shared<SegmentState>(2);
  segment.tap_state = taps.at(tap).state;
  return segment;
}

inspect::Explanation Rig::explain_tap(TapId tap, const Bytes& frame) {
  return inspect::explain_from_tap({table_, fdb, now}, *this, tap, frame);
}

inspect::Explanation Rig::explain_underlay(EndpointId local, const Packet& packet) {
  Bytes payload = packet.payload;
  return inspect::explain_from_underlay(
      {table_, fdb, now}, *this, locals.at(local).endpoint,
      {.source = packet.source, .source_port = packet.source_port, .tos = packet.tos, .payload = payload});
}

void Rig::send_tap(TapId tap, const Bytes& frame, const FrameOffload& offload) {
  taps.at(tap).port.send(frame, offload);
  pump_tap(tap);
}

void Rig::pump_tap(TapId tap) {
  from_tap_.pump(table_, tap, taps.at(tap).port, now);
}

void Rig::send_underlay(EndpointId local, const Packet& packet) {
  locals.at(local).port->arrive(packet);
  receive(local);
}

std::size_t Rig::receive(EndpointId local) {
  return from_underlay_.pump(table_, locals.at(local).endpoint, *locals.at(local).port, now);
}

std::uint64_t Rig::unattributed(DropReason reason) const {
  return from_tap_.counters().unattributed().read(reason) +
         from_underlay_.counters().unattributed().read(reason);
}

std::string Rig::everything() const {
  std::ostringstream out;
  for (const Segment& segment : table_.segments()) {
    const SegmentTotals totals = segment.state->totals();
    const FdbAccount& account = segment.state->fdb;
    out << segment.name << ' ' << totals.tx_packets << ' ' << totals.tx_bytes << ' ' << totals.rx_packets
        << ' ' << totals.rx_bytes << ' ' << totals.flooded << ' ' << totals.flooded_copies << ' '
        << totals.suppressed << ' ' << totals.fdb_full << ' ' << account.entries << ' ' << account.learned
        << ' ' << account.moved << ' ' << account.refused;
    for (const auto count : totals.drops) out << ' ' << count;
    for (const auto& row : segment.state->neighbours.list())
      out << ' ' << row.binding.ip.to_string() << '=' << row.binding.mac.to_string() << '@' << row.heard;
    out << '\n';
  }
  fdb.for_each([&](const FdbEntry& entry) {
    out << entry.key.segment.to_u40() << ' ' << entry.key.mac.to_string() << ' ' << to_string(entry.remote)
        << ' ' << entry.heard << '\n';
  });
  for (std::size_t i = 0; i < kDropReasonCount; ++i) out << unattributed(static_cast<DropReason>(i)) << ' ';
  for (const auto& [id, tap] : taps) out << tap.port.delivered().size() << ' ';
  out << network.carried().size();
  return out.str();
}

inspect::Sending Rig::sending(const Segment&, const OuterHeader& outer) {
  // As FakeUnderlay chooses it.
  return {static_cast<std::uint16_t>(49152 + outer.flow_hash % 16384), true, std::nullopt};
}

std::optional<io::Route> Rig::route(const Segment&, const Remote& remote) {
  if (network.fails(remote)) return std::nullopt;
  return io::Route{"eth0", std::nullopt, std::nullopt, 1500};
}

const inspect::Step* step_of(const inspect::Explanation& explained, std::string_view name) {
  const auto found = std::ranges::find(explained.steps, name, &inspect::Step::name);
  return found == explained.steps.end() ? nullptr : &*found;
}

}  // namespace vxtap::test
