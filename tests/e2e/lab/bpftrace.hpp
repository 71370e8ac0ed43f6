#pragma once

#include <string>

#include "lab/vxtapd.hpp"

namespace vxtap::lab {

/// A bpftrace program at the static probes of one daemon, those of other processes left out. It takes seconds
/// until it sees anything; what happens before is not in its log.
class Bpftrace {
 public:
  /// `program` names /usr/sbin/vxtapd, for which the built one is taken.
  Bpftrace(Vxtapd& daemon, std::string program);

  std::string log() const { return process_.log(); }
  /// Has it print its maps and end. False when it does not.
  bool finish();

 private:
  TempDirectory directory_;
  Process process_;
};

}  // namespace vxtap::lab
