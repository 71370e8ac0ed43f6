#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "io/unique_fd.hpp"

namespace vxtap::service {

/// Lines to a descriptor whose reader may stand still: a terminal after Ctrl-S, a pipe into a pager, a
/// journal that hangs. What it has no room for is kept, up to `kMostKept` bytes, in order and without a line
/// cut in two; further lines are lost, and their number is written where they are missing. Any thread.
class LogWriter {
 public:
  static constexpr std::size_t kMostKept = std::size_t{1} << 20;

  /// Terminals and pipes are opened a second time where the kernel permits it, for writing that does not
  /// wait: O_NONBLOCK on `fd` itself would be its other owners' too. `fd`, a regular file or a device for
  /// instance, is written to as it is otherwise, and outlives this. `mark`: what a line of our own begins
  /// with.
  LogWriter(int fd, std::string mark);

  /// `lines` is empty or ends with '\n'. Waits for nobody.
  void write(std::string_view lines) noexcept;
  /// Writes what was kept, and waits up to `patience` for room.
  void drain(std::chrono::milliseconds patience) noexcept;

 private:
  void keep(std::string_view lines) noexcept;
  void tell_of_lost() noexcept;
  void drain() noexcept;
  /// As many bytes as there is room for.
  std::size_t pass_on(std::string_view text) const noexcept;

  io::UniqueFd own_;
  const int fd_;
  const bool socket_;
  const std::string mark_;
  std::mutex mutex_;
  std::string kept_;
  std::uint64_t lost_ = 0;
};

}  // namespace vxtap::service
