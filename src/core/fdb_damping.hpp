#pragma once

#include <cstdint>

#include "vxtap/fdb.hpp"

namespace vxtap {

/// How often a MAC may change its remote before it is taken for a loop or a duplicate.
inline constexpr std::uint32_t kMovesAllowed = 5;
inline constexpr std::uint32_t kMoveWindowSeconds = 180;
inline constexpr std::uint32_t kMoveHoldSeconds = 30;

/// Moves of one entry: count << 24 | second of the window's (or the hold's) beginning, modulo 2^24. It fits
/// the four bytes that FdbSlot has left.
class MoveHistory {
 public:
  enum class Answer : std::uint8_t { kMove, kHoldBegins, kHold };

  explicit constexpr MoveHistory(std::uint32_t word) noexcept : word_(word) {}
  constexpr std::uint32_t word() const noexcept { return word_; }

  constexpr Answer wants_to_move(Tick now) noexcept {
    const std::uint32_t second = now / 10 & kSecondMask;
    const std::uint32_t passed = (second - word_) & kSecondMask;
    if (count() == kHeld && passed < kMoveHoldSeconds) return Answer::kHold;
    if (count() == 0 || count() == kHeld || passed >= kMoveWindowSeconds) {
      word_ = 1U << 24 | second;
      return Answer::kMove;
    }
    if (count() == kMovesAllowed) {
      word_ = kHeld << 24 | second;
      return Answer::kHoldBegins;
    }
    word_ += 1U << 24;
    return Answer::kMove;
  }

 private:
  static constexpr std::uint32_t kSecondMask = 0xFF'FFFF;
  static constexpr std::uint32_t kHeld = 0xFF;

  std::uint32_t word_;

  constexpr std::uint32_t count() const noexcept { return word_ >> 24; }
};

}  // namespace vxtap
