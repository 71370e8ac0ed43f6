#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/json_text.hpp"

/// The counters of `stats` and `drops` as rows with a total and a rate.
namespace vxtap::ctl {

namespace json = boost::json;

struct CounterRow {
  std::string label;
  std::uint64_t total = 0;
  std::optional<double> rate = {};  ///< a second, bits for bytes; empty: not known (yet)
  bool bytes = false;
  bool loss = false;  ///< one that had better stay zero
  std::string note = {};
};
struct CounterGroup {
  std::string title;  ///< of a segment
  std::vector<CounterRow> rows;
};

/// `rates` is what rates_of() says, or null. They throw std::exception for documents of another shape.
std::vector<CounterGroup> stats_groups(const json::value& document, const json::value& rates);
std::vector<CounterGroup> drops_groups(const json::value& document, const json::value& rates);

/// One segment of `stats`.
CounterGroup segment_group(const json::value& segment, const json::value& rates);

}  // namespace vxtap::ctl
