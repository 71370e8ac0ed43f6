#include "inspect/path_search.hpp"

#include <algorithm>
#include <array>

namespace vxtap::inspect {
namespace {

using namespace std::chrono_literals;
using Answer = ProbeResult::Answer;

constexpr auto kFirstPatience = 300ms;
constexpr auto kLeastPatience = 50ms;
constexpr unsigned kRounds = 3;

/// Sizes at which paths end: Ethernet's, PPPoE's, those of tunnels of the usual kinds, IPv6's least.
constexpr std::array<std::uint32_t, 9> kPlateaus{1280, 1420, 1450, 1460, 1476, 1480, 1492, 1500, 9000};

class Search {
 public:
  Search(ProbePath& path, const SearchRange& range, ProbePath::Clock::time_point deadline)
      : path_(path), deadline_(deadline), floor_(std::min(range.least, range.most)), high_(range.most) {}

  SearchResult run() {
    bool known = true;
    while (known && low_ < high_) known = !over() && decide(next_size());
    result_.answered = low_ != 0;
    result_.exact = result_.answered && low_ >= high_;
    result_.fits = low_;
    return result_;
  }

 private:
  /// The largest first: mostly it fits, or a router says what does. Behind a silence by halves, over the
  /// plateaus as long as one lies between.
  std::uint32_t next_size() const {
    if (!blind_) return high_;
    if (low_ == 0) return std::min(floor_, high_);
    const auto* first = std::upper_bound(kPlateaus.begin(), kPlateaus.end(), low_);
    const auto* last = std::upper_bound(first, kPlateaus.end(), high_);
    if (first != last) return *(first + (last - first) / 2);
    const bool on_plateau = std::find(kPlateaus.begin(), kPlateaus.end(), low_) != kPlateaus.end();
    return on_plateau ? low_ + 1 : low_ + (high_ - low_ + 1) / 2;
  }

  /// Raises low_ to `size` or lowers high_ below it; false when neither can be said.
  bool decide(std::uint32_t size) {
    for (unsigned round = 0; round < kRounds && !over(); ++round) {
      const bool first_contact = low_ == 0;
      const auto seen = ask(size);
      if (seen.answer == Answer::kArrived) return low_ = size, true;
      if (seen.answer == Answer::kTooBig) return take_word(size, seen.mtu), true;
      if (first_contact && seen.answer == Answer::kRefused) return false;
      const auto known = first_contact ? floor_ : low_;
      if (size > known && ask(known).answer == Answer::kArrived) {
        low_ = known;
        if (first_contact) continue;  // one silence is none
        rest();                       // that answer may have been the only one to be had
        const auto again = probe(size);
        if (again.answer == Answer::kArrived) return low_ = size, true;
        if (again.answer == Answer::kTooBig) return take_word(size, again.mtu), true;
        if (over()) return false;  // perhaps it was not waited for
        return swallowed(size), true;
      }
      if (first_contact && round != 0) return false;
      rest();
    }
    return false;
  }

  void rest() {
    if (path_.refill().count() != 0) path_.pause(std::min(path_.refill(), left()));
  }

  /// Silence at this size, and none at one that fits.
  void swallowed(std::uint32_t size) {
    blind_ = result_.swallowed = true;
    high_ = size - 1;
  }

  /// A router's word; one that does not know a size, or names one that has arrived already, helps no further.
  void take_word(std::uint32_t size, std::uint32_t mtu) {
    blind_ = mtu == 0 || mtu >= size;
    high_ = std::max(blind_ ? size - 1 : mtu, low_);
  }

  /// Twice, if need be and there was an answer to anything yet.
  ProbeResult ask(std::uint32_t size) {
    const auto seen = probe(size);
    return seen.answer == Answer::kSilence && low_ != 0 ? probe(size) : seen;
  }

  ProbeResult probe(std::uint32_t size) {
    ++result_.probes;
    const auto before = path_.now();
    const auto seen = path_.probe(size, std::min(patience_, left()));
    if (seen.answer == Answer::kArrived) {
      const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(path_.now() - before);
      patience_ = std::clamp<std::chrono::milliseconds>(4 * took, kLeastPatience, kFirstPatience);
    }
    result_.refused = seen.answer == Answer::kRefused || (result_.refused && seen.answer == Answer::kSilence);
    return seen;
  }

  std::chrono::milliseconds left() {
    return std::chrono::ceil<std::chrono::milliseconds>(
        std::max(deadline_ - path_.now(), ProbePath::Clock::duration(1)));
  }
  bool over() { return path_.now() >= deadline_; }

  ProbePath& path_;
  const ProbePath::Clock::time_point deadline_;
  const std::uint32_t floor_;
  std::uint32_t low_ = 0;  // arrived; 0: nothing has yet
  std::uint32_t high_;     // nothing larger arrives
  bool blind_ = false;     // nobody says what fits
  std::chrono::milliseconds patience_ = kFirstPatience;
  SearchResult result_;
};

}  // namespace

SearchResult search_path(ProbePath& path, const SearchRange& range, ProbePath::Clock::time_point deadline) {
  return Search(path, range, deadline).run();
}

}  // namespace vxtap::inspect
