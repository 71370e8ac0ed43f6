#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "vxtap/fdb.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap {

/// A remote that takes part in something: for good, until a moment, or both.
struct Member {
  Remote remote;
  bool permanent = false;
  std::optional<Tick> until;  ///< no longer at that tick
};

/// The remotes that want one group, or behind which routers are. One thread.
class MemberSet {
 public:
  static constexpr std::size_t kMost = 64;
  enum class Change : std::uint8_t { kNone, kAdded, kRefused };

  /// The remote takes part until then, however long it did before. At kMost remotes a further one is refused,
  /// and until then the set is incomplete: who relies on it would starve that remote.
  Change renew(const Remote& remote, Tick until);
  Change make_permanent(const Remote& remote);
  /// Takes the permanence away; false when the remote had none.
  bool end_permanence(const Remote& remote);

  /// Who takes part for a time does so no longer than until then.
  void shorten(const Remote& remote, Tick until) noexcept;
  void shorten_all(Tick until) noexcept;

  /// Removes who takes part no longer; true when the set, or whether it is complete, became another.
  bool expire(Tick now);

  bool empty() const noexcept { return members_.empty(); }
  bool complete() const noexcept { return !incomplete_until_; }
  /// In the order in which they came; valid until the next change.
  std::span<const Member> members() const noexcept { return members_; }

 private:
  std::vector<Member> members_;
  std::optional<Tick> incomplete_until_;

  Member* find(const Remote& remote) noexcept;
};

/// Of two ticks less than 6.8 years apart, the earlier one; ticks are modulo 2^32.
constexpr bool is_before(Tick a, Tick b) noexcept {
  return static_cast<std::int32_t>(a - b) < 0;
}
constexpr bool has_passed(const std::optional<Tick>& until, Tick now) noexcept {
  return until && !is_before(now, *until);
}

}  // namespace vxtap
