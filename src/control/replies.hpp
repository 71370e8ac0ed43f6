#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/daemon_api.hpp"
#include "control/fault.hpp"
#include "control/json_text.hpp"

/// What the commands' answers share.
namespace vxtap::control {

/// All segments, or those of one VNI: there is more than one where it lives on several local endpoints.
/// Throws Fault(kRefused) when there is none.
std::vector<SegmentReport> segments_of(const DaemonApi& daemon, const std::optional<Vni>& vni);

/// {"ok":true,"messages":[…]}; throws Fault(kRefused) with the messages when not ok. `what` was asked for.
json::value outcome_document(const std::string& what, const Outcome& outcome);

}  // namespace vxtap::control
