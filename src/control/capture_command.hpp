#pragma once

#include <memory>

#include "control/byte_stream.hpp"
#include "control/daemon_api.hpp"
#include "control/json_text.hpp"

namespace vxtap::control {

/// Begins what the method `capture` asks for. Params, all optional: `vni`; `side`: "tap", "underlay" or
/// "both"; `drops`, `superframes`: flags; `count`: packets until it ends; `filter`: a classic BPF program for
/// the inner frame, an array of [code, jt, jf, k]. Throws Fault.
std::unique_ptr<ByteStream> open_capture(DaemonApi& daemon, const json::object& params);

}  // namespace vxtap::control
