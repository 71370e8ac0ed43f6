#pragma once

#include <cstdio>
#include <cstdlib>

namespace vxtap::fuzz {

/// Ends the program where something that always holds does not: a finding like any other for the fuzzer.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace vxtap::fuzz
