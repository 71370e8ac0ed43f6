#pragma once

#include <csignal>
#include <initializer_list>

namespace vxtap::ctl {

/// While it lives, SIGINT and SIGTERM end nothing but
/// make the descriptor readable. For the calling thread,
/// and the process when that is its only one.
class StopSignals {
 public:
  /// `more` signals do the same. Throws std::system_error.
  explicit StopSignals(std::initializer_list<int> more = {});
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  int descriptor() const noexcept { return fd_; }

 private:
  sigset_t before_{};
  int fd_ = -1;
};

}  // namespace vxtap::ctl
