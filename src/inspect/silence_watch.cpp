#include "inspect/silence_watch.hpp"

#include <algorithm>

namespace vxtap::inspect {
namespace {

/// What an earlier turn still weighs: ten turns make most of the sum.
constexpr double kFading = 0.9;

}  // namespace

void SilenceWatch::note(SegmentKey segment, Counts counts, Clock::time_point now) {
  const auto [at, first] = segments_.try_emplace(segment, Record{.last = counts});
  Record& record = at->second;
  if (first || counts.received == record.last.received) return;
  const bool anew = counts.received < record.last.received || counts.sent < record.last.sent;
  if (anew) record = {.last = {}};
  record.sent = record.sent * kFading + static_cast<double>(counts.sent - record.last.sent);
  record.received = record.received * kFading + static_cast<double>(counts.received - record.last.received);
  record.last = counts;
  record.heard = now;
}

std::optional<Silence> SilenceWatch::judge(SegmentKey segment, Counts counts, Clock::time_point now) const {
  const auto found = segments_.find(segment);
  if (found == segments_.end()) return std::nullopt;
  const Record& record = found->second;
  if (counts.received != record.last.received) return Silence{};
  if (!record.heard) return std::nullopt;
  const auto sent = counts.sent - std::min(counts.sent, record.last.sent);
  const double answered = std::min(1.0, record.received / std::max(1.0, record.sent));
  return Silence{.lasts = std::chrono::duration_cast<std::chrono::seconds>(now - *record.heard),
                 .sent = sent,
                 .expected = static_cast<std::uint64_t>(static_cast<double>(sent) * answered)};
}

}  // namespace vxtap::inspect
