#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/explain.hpp"
#include "inspect/words.hpp"

/// What a person would do to make the outcome another: the names, values and places of this very frame.
namespace vxtap::inspect {

using Mends = std::vector<std::string>;

/// What the mends of one frame speak of; lives no longer than what it was made of. `Verdict`: TapVerdict or
/// UnderlayVerdict; the functions are for one that has a segment.
template <typename Verdict>
struct FrameCase {
  const Verdict& verdict;
  const Explanation& explained;
  Surroundings& around;

  const Segment& segment() const { return *verdict.segment; }
  std::string vni() const { return std::to_string(segment().key.vni.value()); }
  /// " at FILE:LINE", where the key is written or would be.
  std::string place(std::string_view key) const { return at(around.key(segment(), key)); }
  /// "set `KEY: VALUE` at FILE:LINE"
  std::string set(std::string_view key, std::string_view value) const {
    return join({"set `", key, ": ", value, "`", place(key)});
  }
};

/// Of what is sent from a TAP. `frame` is as it leaves.
Mends mend_tap(const TapVerdict& verdict, const Explanation& explained, BytesView frame,
               Surroundings& around);
/// Of a frame of a trunk or TAP that no segment takes; `vid` 0: untagged.
Mends mend_unmapped(const std::string& tap, std::uint16_t vid);

/// Of what came from the underlay, with the verdict's reason or none.
Mends mend_underlay(const UnderlayVerdict& verdict, const Datagram& datagram, const Explanation& explained,
                    Surroundings& around);

}  // namespace vxtap::inspect
