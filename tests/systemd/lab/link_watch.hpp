#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lab/host.hpp"

namespace vxtap::lab {

/// `ip monitor link` on a host, from construction on.
class LinkWatch {
 public:
  explicit LinkWatch(Host& host);

  /// The events that named the interface so far, a line each.
  std::vector<std::string> events(const std::string& interface);

 private:
  /// Returns when every event before this call has been written.
  void catch_up();

  Host& host_;
  TempDirectory directory_;
  std::unique_ptr<Process> process_;
  unsigned marks_ = 0;
};

}  // namespace vxtap::lab
