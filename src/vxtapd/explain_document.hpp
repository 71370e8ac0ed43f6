#pragma once

#include "control/json_text.hpp"
#include "inspect/explanation.hpp"
#include "vxtapd/config_lines.hpp"

namespace vxtap::daemon {

/// An explanation as `vxtapctl -j explain` prints it: keys, order and all.
control::json::value explain_document(const inspect::Explanation& explained, const ConfigLines& lines);

}  // namespace vxtap::daemon
