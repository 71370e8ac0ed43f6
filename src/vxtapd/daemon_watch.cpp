// The part of the daemon that shows what happens while it happens: events and captures.
#include "config/difference.hpp"
#include "io/system_error.hpp"
#include "vxtapd/daemon.hpp"

namespace vxtap::daemon {

/// The packet path looks for drops only while somebody wants to hear of them.
void Daemon::subscriptions_changed() {
  if (server_->has_subscriber(control::EventTopic::kDrops))
    events_.watches().add(drops_);
  else
    events_.watches().remove(*drops_);
}

void Daemon::take(const DropEvent& event) {
  if (!server_->has_subscriber(control::EventTopic::kDrops)) return;
  control::DropReport report{.reason = event.reason,
                             .remote = event.remote,
                             .size = event.size,
                             .bytes = std::span(event.bytes).first(event.kept)};
  if (event.error != 0) report.error = io::error_text(event.error);
  if (const SegmentRecord* segment = event.segment ? state_.segment(*event.segment) : nullptr) {
    report.vni = segment->config.vni;
    report.segment = segment->config.name;
  }
  server_->publish(control::EventTopic::kDrops, control::drop_event(report));
}

void Daemon::tell_left_out_drops() {
  const auto counts = drops_->take_left_out();
  if (!server_->has_subscriber(control::EventTopic::kDrops)) return;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] != 0)
      server_->publish(control::EventTopic::kDrops,
                       control::drops_left_out_event(static_cast<DropReason>(i), counts[i]));
}

void Daemon::tell_of_segment(control::SegmentAction action, const config::Segment& segment) {
  server_->publish(control::EventTopic::kSegments,
                   control::segment_event(action, segment.vni, segment.name, segment.tap.name));
}

/// What a reload did to them.
void Daemon::tell_of_segments(const config::Config& before, const config::Config& after) {
  using control::SegmentAction;
  if (!server_->has_subscriber(control::EventTopic::kSegments)) return;
  const auto difference = config::difference(before, after);
  for (const auto index : difference.removed)
    tell_of_segment(SegmentAction::kRemoved, before.segments[index]);
  for (const auto pair : difference.changed)
    tell_of_segment(SegmentAction::kChanged, after.segments[pair.after]);
  for (const auto index : difference.added) tell_of_segment(SegmentAction::kAdded, after.segments[index]);
}

/// What became of a TAP, told for each of its segments.
void Daemon::tell_of_tap(control::SegmentAction action, TapId tap) {
  for (const auto& segment : state_.segments)
    if (segment.tap == tap) tell_of_segment(action, segment.config);
}

std::unique_ptr<control::ByteStream> Daemon::capture(const control::CaptureRequest& request) {
  return captures_.open(request, state_);
}

}  // namespace vxtap::daemon
