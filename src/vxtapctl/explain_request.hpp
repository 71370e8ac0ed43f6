#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "control/json_text.hpp"
#include "ctl/explain_options.hpp"

namespace vxtap::ctl {

/// What tags the segment's frames on a trunk.
struct SegmentTag {
  std::uint16_t vid = 0;
  std::string tap;
};

/// What a request is made from besides the command line.
struct ExplainSources {
  std::istream& input;  ///< for "-"
  /// Empty for a segment that is alone on its TAP, or has the untagged frames.
  std::function<std::optional<SegmentTag>(Vni)> tag_of;
};

struct ExplainRequest {
  boost::json::object params;      ///< of the daemon's method `explain`
  std::vector<std::string> notes;  ///< what was taken for granted, each a sentence
};

/// The frame or datagram as bytes, whatever way it was described. Throws WrongUsage.
ExplainRequest explain_request(const ExplainOptions& options, const ExplainSources& sources);

/// The frame in the datagram of such a request as the TAP handed it over, where this host sent it; empty
/// where it holds none.
std::optional<ExplainRequest> explain_sent(const ExplainRequest& received, const ExplainSources& sources);

}  // namespace vxtap::ctl
