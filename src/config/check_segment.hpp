#pragma once

#include "config/draft.hpp"

namespace vxtap::config {

/// A required device is one that the sockets are bound to. A link-local address without a scope is on the
/// device that the sockets are bound to.
void complete_device(UnderlayDraft& underlay);

/// Checks what the values of one segment mean together, reports what is missing or contradictory, and
/// completes it but for its VNI, VID and name, which expand() gives. The result is meaningful only when
/// nothing was reported.
Segment check_segment(const SegmentDraft& draft);

}  // namespace vxtap::config
