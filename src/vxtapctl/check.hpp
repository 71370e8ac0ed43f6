#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "config/config.hpp"
#include "control/json_text.hpp"

/// `vxtapctl check`: what the configuration reader found, for programs and for people.
namespace vxtap::ctl {

namespace json = boost::json;

/// {"ok":…,"diagnostics":[{"file","line","column","severity","message"},…]}
json::value check_document(const config::LoadResult& result);
/// "FILE: ok, 2 segments" and a newline; only for a result with a configuration.
std::string check_summary(const std::string& file, const config::Config& config);

}  // namespace vxtap::ctl
