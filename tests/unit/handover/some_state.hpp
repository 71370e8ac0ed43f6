#pragma once

#include "handover/saved_state.hpp"

namespace vxtap::handover::test {

inline Remote some_remote(std::uint8_t last) {
  return {VtepAddress::from_v4({192, 0, 2, last}), 4789};
}

/// A state in which each member differs from its default.
inline SavedState some_state() {
  const VtepAddress v6 = *VtepAddress::parse("2001:db8::1");
  const auto mac = MacAddress::from_u64(0x020000000009);
  SavedState state;
  state.sequence = 7;
  state.endpoints = {{3, {v6, 4790, "eth0", 5}}, {4, {VtepAddress::from_v4({192, 0, 2, 1}), 4789, "", 0}}};
  state.taps = {{"vx42", {true, {{v6, 64}, {VtepAddress::from_v4({10, 0, 0, 1}), 24}}, 12, true}}};
  SavedSegment segment;
  segment.key = {3, *Vni::from(42)};
  segment.mode = PeerMode::kStaticFlood;
  segment.remotes = {some_remote(2)};
  segment.flood_list = {some_remote(2), some_remote(3)};
  segment.control_entries = {{mac, some_remote(9)}};
  segment.memberships = {{MacAddress::from_u64(0x01005E010101), some_remote(4)},
                         {VtepAddress::from_v4({239, 1, 1, 1}), some_remote(5)}};
  segment.totals = {.tx_packets = 1,
                    .tx_bytes = 2,
                    .rx_packets = 3,
                    .rx_bytes = 4,
                    .flooded = 5,
                    .flooded_copies = 6,
                    .suppressed = 7,
                    .partial_checksum_completed = 8,
                    .fdb_full = 9};
  segment.totals.drops.back() = 10;
  segment.learned = 11, segment.moved = 12, segment.aged = 13, segment.refused = 14;
  state.segments = {segment};
  state.fdb = {{{segment.key, mac}, {v6, 8472}, FdbState::kReachable, FdbOrigin::kLearned, 123456, true},
               {{segment.key, MacAddress::from_u64(0x02000000000A)},
                some_remote(3),
                FdbState::kPermanent,
                FdbOrigin::kConfig,
                0xFFFFFFFF,
                false}};
  state.totals.drops.front() = 15;
  state.totals.socket_overflows = 16, state.totals.trains_refused = 17;
  state.totals.superframes_refused = 18, state.totals.worker_loans = 19;
  return state;
}

}  // namespace vxtap::handover::test
