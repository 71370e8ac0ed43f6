#pragma once

#include <boost/json/value.hpp>

#include "control/json_text.hpp"

namespace vxtap::ctl {

namespace json = boost::json;

/// What a counter document (that of `stats` or `drops`) did in the `seconds` since it was `before`: the same
/// document with each counter as a rate a second, to three decimals, and `bytes` as `bits`. Gauges and texts
/// are left out. Rows stand for the same thing when what names them is equal (VNI, name, TAP, reason).
///
/// Where any counter of a row went backwards the row is a new one (its segment was replaced, or the daemon
/// restarted), and all its rates are null, as they are of a row that `before` does not have.
json::value rates_of(const json::value& before, const json::value& now, double seconds);

}  // namespace vxtap::ctl
