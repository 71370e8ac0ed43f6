#include "lab.hpp"

#include <cstring>
#include <stdexcept>

namespace vxtap::test {

void EventLog::own_mac_seen(const Segment& segment, const VtepAddress& source) noexcept {
  lines.push_back(segment.name + ": own MAC behind " + source.to_string());
}
void EventLog::mac_moved(const Segment& segment, const MacAddress& mac, const Remote& from,
                         const Remote& to) noexcept {
  lines.push_back(segment.name + ": " + mac.to_string() + " moved from " + from.address.to_string() + " to " +
                  to.address.to_string());
}
void EventLog::mac_held(const Segment& segment, const MacAddress& mac, const Remote& where,
                        const VtepAddress& contender) noexcept {
  lines.push_back(segment.name + ": " + mac.to_string() + " held at " + where.address.to_string() +
                  " against " + contender.to_string());
}
void EventLog::membership_heard(const Segment& segment, const MembershipMessage& message,
                                const std::optional<Remote>& from) noexcept {
  lines.push_back(segment.name + ": membership of " + message.group.to_string() + " from " +
                  (from ? from->address.to_string() : "the host"));
}
void EventLog::send_failed(const Segment& segment, const Remote& remote, int error) noexcept {
  lines.push_back(segment.name + ": " + to_string(remote) + " failed: " + std::strerror(error));
}

void EventLog::superframe_refused(const Segment& segment) noexcept {
  lines.push_back(segment.name + ": superframe refused");
}

void EventLog::train_refused(const Segment& segment, const Remote& remote, int error) noexcept {
  lines.push_back(segment.name + ": " + to_string(remote) + " train refused: " + std::strerror(error));
}

Vtep::Vtep(FakeNetwork& network, const VtepAddress& local, const std::vector<SegmentPlan>& plans)
    : endpoint_{.id = 0, .local = local}, underlay_(network, local) {
  network.attach({local, kVxlanPort}, underlay_);
  ports_.set_underlay(endpoint_.id, &underlay_);
  std::vector<Segment> segments;
  for (const SegmentPlan& plan : plans) {
    segments.push_back(make_segment(plan));
    for (const Remote& remote : segments.back().flood_list)
      if (remote.address.is_multicast()) network.join(remote, underlay_);
  }
  table_ = SegmentTable(std::move(segments));
}

Segment Vtep::make_segment(const SegmentPlan& plan) {
  const std::uint32_t owner = plan.shares != 0 ? plan.shares : plan.vni;
  const auto id = static_cast<TapId>(attachments_.size());
  Attachment& attached = attachments_[owner];
  if (plan.shares == 0) attached.id = id;
  attached.state->up = true;
  attached.state->mac = 0x02'00'00'00'FF'00 + attached.id;
  attached.state->mtu = 1450;
  ports_.set_tap(attached.id, attached.tap.get());

  Segment segment;
  segment.key = {endpoint_.id, vni(plan.vni)};
  segment.name = "vni" + std::to_string(plan.vni);
  segment.tap = attached.id;
  segment.vid = plan.vid;
  segment.outer = plan.outer;
  segment.local = endpoint_.local;
  for (const std::string& text : plan.flood_to) segment.flood_list.push_back(remote(text));
  segment.port = kVxlanPort;
  segment.learning = plan.learning;
  segment.unknown_unicast = plan.unknown_unicast;
  segment.accept = plan.accept;
  segment.multicast_snooping = plan.groups != nullptr;
  segment.groups = plan.groups;
  segment.state = std::make_shared<SegmentState>(2);
  if (plan.suppression) segment.neighbours = &segment.state->neighbours;
  segment.state->fdb.limit = plan.limit;
  segment.state->fdb.ageing_ticks = plan.ageing_seconds * 10;
  segment.tap_state = attached.state;
  return segment;
}

const Segment& Vtep::segment(std::uint32_t number) const {
  const Segment* found = table_.by_key({endpoint_.id, vni(number)});
  if (found == nullptr) throw std::out_of_range("no VNI " + std::to_string(number) + " in this case");
  return *found;
}

std::uint64_t Vtep::dropped(DropReason reason, std::uint32_t number) const {
  return totals(number).drops[static_cast<std::size_t>(reason)];
}

std::optional<Remote> Vtep::knows(const MacAddress& mac, std::uint32_t number) const {
  const auto hit = fdb_.lookup({segment(number).key, mac});
  return hit ? std::optional(hit->remote) : std::nullopt;
}

void Vtep::pin(const MacAddress& mac, const Remote& remote, std::uint32_t number) {
  const FdbEntry entry{{segment(number).key, mac}, remote, FdbState::kStatic, FdbOrigin::kConfig, 0};
  if (!fdb_.put(entry, account(number))) throw std::bad_alloc();
}

std::size_t Vtep::pump(TimePoint now) {
  std::size_t moved = 0;
  for (auto& [number, attached] : attachments_)
    moved += from_tap_.pump(table_, attached.id, *attached.tap, now);
  return moved + from_underlay_.pump(table_, endpoint_, underlay_, now);
}

std::size_t Vtep::sweep(TimePoint now) {
  const auto account_of = [this](SegmentKey key) -> FdbAccount* {
    const Segment* found = table_.by_key(key);
    return found == nullptr ? nullptr : &found->state->fdb;
  };
  return fdb_.sweep(to_tick(now), fdb_.bucket_count(), account_of);
}

Vtep& Lab::vtep(std::string_view local, const std::vector<SegmentPlan>& plans) {
  return vteps_.emplace_back(network, address(local), plans);
}

void Lab::settle() {
  constexpr int kRounds = 1000;  // of one batch a port
  for (int round = 0; round < kRounds; ++round) {
    std::size_t moved = 0;
    for (Vtep& vtep : vteps_) moved += vtep.pump(now);
    if (moved == 0) return;
  }
  throw std::runtime_error("frames go in circles");
}

std::vector<std::string> Host::heard() const {
  std::vector<std::string> texts;
  for (const auto& frame : tap_->delivered()) texts.push_back(text_of(frame.bytes));
  return texts;
}

}  // namespace vxtap::test
