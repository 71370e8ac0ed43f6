#include "dataplane/path_check.hpp"

#include <algorithm>

#include "core/vlan_tag.hpp"

namespace vxtap::dataplane {
namespace {

constexpr std::size_t kMostRemotes = 4096;  // of a flood list without an allocation for the frame

}  // namespace

PathCheck::PathCheck(const PortMap& ports) : ports_(ports) {
  fitting_.reserve(kMostRemotes);
}

std::size_t PathCheck::leave_out(TapVerdict& verdict, const Frame& frame, TapPort& tap, TimePoint now) {
  return fits_any_path(verdict, outer_size(verdict, frame)) ? 0 : narrow(verdict, frame, tap, now);
}

std::uint32_t PathCheck::path_mtu(EndpointId endpoint, const Remote& remote, Underlay& underlay,
                                  TimePoint now) noexcept {
  if (last_.asked != now || last_.endpoint != endpoint || last_.remote != remote)
    last_ = {endpoint, remote, now, underlay.path_mtu(remote, now)};
  return last_.mtu;
}

std::size_t PathCheck::narrow(TapVerdict& verdict, const Frame& frame, TapPort& tap, TimePoint now) {
  Underlay* underlay = ports_.underlay(verdict.segment->key.endpoint);
  if (underlay == nullptr) return 0;  // sending says so
  const std::uint32_t size = outer_size(verdict, frame);
  const auto remotes = verdict.remotes();
  std::uint32_t narrowest = 0;
  fitting_.clear();
  for (const Remote& remote : remotes) {
    const std::uint32_t mtu = path_mtu(verdict.segment->key.endpoint, remote, *underlay, now);
    if (path_fit(verdict, size, mtu) == PathFit::kTooBig)
      narrowest = narrowest == 0 ? mtu : std::min(narrowest, mtu);
    else
      fitting_.push_back(remote);
  }
  if (narrowest == 0) return 0;
  const std::size_t left_out = remotes.size() - fitting_.size();
  tell_sender(verdict, frame, narrowest, tap);
  verdict.some_remotes = fitting_;
  if (fitting_.empty()) verdict.drop = DropReason::kTooBig;
  return left_out;
}

void PathCheck::tell_sender(const TapVerdict& verdict, const Frame& frame, std::uint32_t path_mtu,
                            TapPort& tap) {
  const MutableBytes room = MutableBytes(message_).subspan(kVlanTagSize);
  const auto ethernet = EthernetHeader::parse(frame.bytes);
  const std::uint32_t mtu = ethernet ? inner_mtu(verdict, ethernet->size, path_mtu) : 0;
  const auto size = mtu == 0 ? std::nullopt : write_too_big(frame.bytes, mtu, room);
  if (!size) return;
  MutableBytes message = room.first(*size);
  if (verdict.segment->vid != 0) message = tagged(message, verdict.segment->vid);
  const BytesView piece = message;
  const Delivery delivery{.pieces = {&piece, 1}, .offload = {}};
  TapWrite result = TapWrite::kDown;
  tap.write({&delivery, 1}, {&result, 1});  // the next packet asks again if this was lost
}

}  // namespace vxtap::dataplane
