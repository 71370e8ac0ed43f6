#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>

#include "control/json_text.hpp"

namespace vxtap::ctl {

namespace json = boost::json;

/// VNI of the segment called `name`; `segments` is the document of `show`. Throws Refused for a name that no
/// segment has, naming those that are near it, or that several have.
std::uint32_t vni_of_name(const json::value& segments, const std::string& name);

}  // namespace vxtap::ctl
