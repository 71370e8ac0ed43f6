#pragma once

#include "vxtapd/state.hpp"

namespace vxtap::daemon {

/// Logs what this host lacks that the state could make use of, a line each with what follows from it. The
/// daemon does without. Throws io::SystemError.
void tell_of_poor_host(const State& state);

}  // namespace vxtap::daemon
