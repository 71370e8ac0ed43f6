#include "control/replies.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>

namespace vxtap::control {

std::vector<SegmentReport> segments_of(const DaemonApi& daemon, const std::optional<Vni>& vni) {
  auto segments = daemon.segments();
  if (!vni) return segments;
  std::erase_if(segments, [&](const SegmentReport& segment) { return segment.vni != *vni; });
  if (segments.empty())
    throw refused("VNI " + std::to_string(vni->value()) +
                  ": no such segment; `vxtapctl show` lists those configured");
  return segments;
}

json::value outcome_document(const std::string& what, const Outcome& outcome) {
  if (outcome.ok) return json::object{{"ok", true}, {"messages", json::value_from(outcome.messages)}};
  if (outcome.messages.empty()) throw refused(what + ": refused; the daemon's log says why");
  throw Fault(FaultCode::kRefused, what + ": refused", outcome.messages);
}

}  // namespace vxtap::control
