#pragma once

#include <functional>
#include <span>

#include "vxtap/ports.hpp"

namespace vxtap::inspect {

/// Calls `visit` with the pieces of each packet that a frame on its way over a TAP stands for, as a wire
/// would carry them: a superframe is cut, and checksums that were left to the device are complete (in `frame`
/// itself where it is not cut). A frame that is not what its offload says is visited as it is. The pieces
/// last until `visit` returns.
void packets_of_frame(const Frame& frame, const std::function<void(std::span<const BytesView>)>& visit);

}  // namespace vxtap::inspect
