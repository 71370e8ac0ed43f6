#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "control/json_text.hpp"
#include "ctl/style.hpp"

namespace vxtap::ctl {

namespace json = boost::json;

/// The `remotes` of an explained frame: the way to each and its outer headers byte by byte. Of the second
/// remote on only what differs from the first.
std::string render_copies(const json::value& remotes, const Style& style);

}  // namespace vxtap::ctl
