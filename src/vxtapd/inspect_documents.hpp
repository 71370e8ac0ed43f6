#pragma once

#include <span>

#include "control/json_text.hpp"
#include "inspect/doctor.hpp"
#include "inspect/path_mtu.hpp"

/// What was found, as the JSON documents that `vxtapctl -j` prints.
namespace vxtap::daemon {

/// {"remote","local","route_mtu","path_mtu","verified","exact","method","inner_mtu","taps":[{"vni","segment",
/// "name","mtu","fits"}],"advice"}; MTUs and fits are null without a route.
control::json::value path_mtu_document(const inspect::PathQuestion& question, const inspect::PathMtu& found);

/// {"checks":[{"check","object","result","seen","mend"}],"errors":N,"warnings":N,"hints":N}; mend is null
/// when there is nothing to mend.
control::json::value doctor_document(std::span<const inspect::Finding> findings);

}  // namespace vxtap::daemon
