#pragma once

#include <string>
#include <vector>

namespace vxtap::config {

/// One rule: a file that breaks it and all that is said, each line as `LINE:COL: message`.
struct Refusal {
  std::string rule;
  std::string yaml;
  std::vector<std::string> expected;
};

void check_refusals(const std::vector<Refusal>& refusals);

/// Beginning of a file whose segments follow from line 3 on.
inline const std::string kHead = "underlay: {local: 192.0.2.1}\nsegments:\n";
inline const std::string kOneSegment = "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n";
/// The same behind an underlay of the test's own.
inline const std::string kSegment = "segments:\n" + kOneSegment;
inline const std::string kValid = kHead + kOneSegment;

}  // namespace vxtap::config
