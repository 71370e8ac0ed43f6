#pragma once

#include <ostream>

#include "ctl/exit_code.hpp"
#include "ctl/style.hpp"

namespace vxtap::ctl {

struct Output {
  std::ostream& out;
  std::ostream& err;
  Style style;
  bool terminal = false;          ///< `out` is standard output, and that is a terminal that moves its cursor
  mutable bool streamed = false;  ///< objects of a stream were printed; a failure behind them is none
};

/// The whole tool.
ExitCode run(int argc, const char* const* argv, const Output& output);

}  // namespace vxtap::ctl
