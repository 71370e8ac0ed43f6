#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inspect/explain.hpp"

/// What a person would do to make the outcome another: the names, values and places of this very frame.
namespace vxtap::inspect {

using Mends = std::vector<std::string>;

/// Of what is sent from a TAP. `frame` is as it leaves.
Mends mend_tap(const TapVerdict& verdict, const Explanation& explained, BytesView frame,
               Surroundings& around);
/// Of a frame of a trunk or TAP that no segment takes; `vid` 0: untagged.
Mends mend_unmapped(const std::string& tap, std::uint16_t vid);

/// Of what came from the underlay, with the verdict's reason or none.
Mends mend_underlay(const UnderlayVerdict& verdict, const Datagram& datagram, const Explanation& explained,
                    Surroundings& around);

}  // namespace vxtap::inspect
