#pragma once

#include <algorithm>
#include <map>
#include <set>

#include "fdb_values.hpp"

namespace vxtap::test {

/// The FDB as one would write it without thinking of speed. Its clock counts whole seconds.
class FdbModel {
 public:
  struct Row {
    Remote remote;
    FdbState state = FdbState::kReachable;
    FdbOrigin origin = FdbOrigin::kLearned;
    std::uint32_t heard = 0;
    bool sticky = false;
    std::vector<std::uint32_t> moves{};  // since the window's beginning
    std::optional<std::uint32_t> held_since{};
  };
  struct Rules {
    std::uint32_t ageing = 300;
    std::uint32_t limit = 20;
  };

  std::map<FdbKey, Row> rows;
  std::map<Vni, Rules> rules;

  std::size_t entries(Vni segment) const {
    std::size_t count = 0;
    for (const auto& [key, row] : rows) count += key.segment.vni == segment ? 1U : 0U;
    return count;
  }

  /// The share of each remote of the segment if one more MAC were learned from `remote`, fractions cut off.
  std::uint32_t share(Vni segment, const Remote& remote) const {
    std::set<VtepAddress> remotes{remote.address};
    std::uint32_t pinned = 0;
    for (const auto& [key, row] : rows) {
      if (key.segment.vni != segment) continue;
      if (row.state == FdbState::kReachable)
        remotes.insert(row.remote.address);
      else
        ++pinned;
    }
    const std::uint32_t limit = rules.at(segment).limit;
    return limit <= pinned ? 0 : (limit - pinned) / static_cast<std::uint32_t>(remotes.size());
  }
  /// How many reachable entries the remote has.
  std::uint32_t held(Vni segment, const Remote& remote) const {
    std::uint32_t count = 0;
    for (const auto& [key, row] : rows)
      if (key.segment.vni == segment && row.state == FdbState::kReachable &&
          row.remote.address == remote.address)
        ++count;
    return count;
  }
  /// Whether a full segment has a place for one more MAC of the remote.
  bool has_place(Vni segment, const Remote& remote) const {
    return held(segment, remote) < share(segment, remote) && std::ranges::any_of(rows, [&](const auto& row) {
             return row.first.segment.vni == segment && may_go(row.first, remote);
           });
  }
  /// Whether the row may go for one of `remote`.
  bool may_go(const FdbKey& key, const Remote& remote) const {
    const auto row = rows.find(key);
    return row != rows.end() && row->second.state == FdbState::kReachable && !row->second.sticky &&
           held(key.segment.vni, row->second.remote) > share(key.segment.vni, remote);
  }

  /// `displaced` is the row that goes if the segment is full, which is the table's choice.
  LearnOutcome learn(const FdbKey& key, const Remote& remote, std::uint32_t now,
                     const std::optional<FdbKey>& displaced = {}) {
    const auto found = rows.find(key);
    if (found == rows.end()) {
      if (entries(key.segment.vni) >= rules[key.segment.vni].limit) {
        if (!displaced) return LearnOutcome::kFull;
        rows.erase(*displaced);
      }
      rows[key] = {.remote = remote, .heard = now};
      return LearnOutcome::kLearned;
    }
    Row& row = found->second;
    if (row.remote.address == remote.address) {
      row.heard = now;
      return LearnOutcome::kRefreshed;
    }
    if (row.state != FdbState::kReachable) return LearnOutcome::kPinned;
    if (row.sticky) return LearnOutcome::kSticky;
    return move(row, remote, now);
  }

  void put(const FdbEntry& entry, std::uint32_t now) {
    rows[entry.key] = {.remote = entry.remote,
                       .state = entry.state,
                       .origin = entry.origin,
                       .heard = now,
                       .sticky = entry.sticky};
  }

  std::size_t sweep(std::uint32_t now) {
    return std::erase_if(rows, [&](const auto& item) {
      const auto ageing = rules[item.first.segment.vni].ageing;
      return item.second.state == FdbState::kReachable && ageing != 0 && now - item.second.heard > ageing;
    });
  }

  std::size_t flush(Vni segment) {
    return std::erase_if(rows, [&](const auto& item) {
      return item.first.segment.vni == segment && item.second.state != FdbState::kPermanent;
    });
  }

 private:
  static LearnOutcome move(Row& row, const Remote& remote, std::uint32_t now) {
    if (row.held_since && now - *row.held_since < 30) return LearnOutcome::kHeld;
    if (row.held_since || (!row.moves.empty() && now - row.moves.front() >= 180)) row.moves.clear();
    row.held_since.reset();
    if (row.moves.size() == 5) {
      row.held_since = now;
      return LearnOutcome::kDamped;
    }
    row.moves.push_back(now);
    row.remote = remote;
    row.heard = now;
    return LearnOutcome::kMoved;
  }
};

}  // namespace vxtap::test
