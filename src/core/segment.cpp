#include "vxtap/segment.hpp"

#include <algorithm>
#include <tuple>

namespace vxtap {

SegmentTotals SegmentState::totals() const noexcept {
  SegmentTotals sum;
  for (const auto& worker : counters) sum.add(worker);
  return sum;
}

SourcePolicy SourcePolicy::any() {
  SourcePolicy policy;
  policy.any_ = true;
  return policy;
}

SourcePolicy SourcePolicy::of(std::vector<Prefix> prefixes, std::vector<VtepAddress> peers) {
  SourcePolicy policy;
  policy.prefixes_ = std::move(prefixes);
  policy.peers_ = std::move(peers);
  std::sort(policy.peers_.begin(), policy.peers_.end());
  return policy;
}

bool SourcePolicy::accepts(const VtepAddress& source) const noexcept {
  constexpr std::size_t kFew = 8;  // up to here comparing for equality beats searching by order
  if (any_) return true;
  if (peers_.size() <= kFew ? std::find(peers_.begin(), peers_.end(), source) != peers_.end()
                            : std::binary_search(peers_.begin(), peers_.end(), source))
    return true;
  return std::any_of(prefixes_.begin(), prefixes_.end(), [&](const Prefix& p) { return p.contains(source); });
}

SegmentTable::SegmentTable(std::vector<Segment> segments) : segments_(std::move(segments)) {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    by_key_.emplace(segments_[i].key.to_u40(), i);
    locals_.emplace_back(segments_[i].key.endpoint, segments_[i].local);
    const auto [tap, vid] = std::pair(segments_[i].tap, segments_[i].vid);
    if (by_tap_.size() <= tap) by_tap_.resize(tap + std::size_t{1});
    if (vid == 0) {
      by_tap_[tap].untagged = i + 1;
    } else {
      by_tap_[tap].trunk = true;
      by_vid_.emplace(vid_key(tap, vid), i);
    }
  }
  std::ranges::sort(locals_, {}, [](const auto& local) { return std::tie(local.second, local.first); });
  locals_.erase(std::unique(locals_.begin(), locals_.end()), locals_.end());
}

bool SegmentTable::is_local(const VtepAddress& address) const noexcept {
  return std::ranges::binary_search(locals_, address, {}, &std::pair<EndpointId, VtepAddress>::second);
}

const Segment* SegmentTable::by_key(SegmentKey key) const noexcept {
  const auto found = by_key_.find(key.to_u40());
  return found == by_key_.end() ? nullptr : &segments_[found->second];
}

const Segment* SegmentTable::by_tap(TapId tap, std::uint16_t vid) const noexcept {
  if (vid != 0) {
    const auto found = by_vid_.find(vid_key(tap, vid));
    return found == by_vid_.end() ? nullptr : &segments_[found->second];
  }
  if (tap >= by_tap_.size() || by_tap_[tap].untagged == 0) return nullptr;
  return &segments_[by_tap_[tap].untagged - 1];
}

}  // namespace vxtap
