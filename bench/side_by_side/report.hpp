#pragma once

#include <iosfwd>
#include <vector>

#include "machine.hpp"
#include "metrics.hpp"

namespace vxtap::bench {

/// Everything that is known at the end.
struct Report {
  const Options& options;
  Machine machine;
  std::string date;
  const std::vector<Record>& records;
  std::vector<Row> rows;
};

void write_table(std::ostream& out, const Report& report);
/// One JSON document with every measurement and the summary.
void write_json(std::ostream& out, const Report& report);

}  // namespace vxtap::bench
