#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <istream>

#include "control/json_text.hpp"
#include "ctl/explain_options.hpp"

namespace vxtap::ctl {

/// What a request is made from besides the command line.
struct ExplainSources {
  std::istream& input;  ///< for "-"
  /// VID that tags the segment's frames on its TAP, if it has one.
  std::function<std::optional<std::uint16_t>(Vni)> vlan_of;
};

/// The parameters of the daemon's method `explain`: the frame or datagram as bytes, whatever way it was
/// described. Throws WrongUsage.
boost::json::object explain_request(const ExplainOptions& options, const ExplainSources& sources);

}  // namespace vxtap::ctl
