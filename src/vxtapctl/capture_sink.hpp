#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vxtap::ctl {

inline constexpr std::string_view kStandardOutput = "-";

/// Where a capture's bytes go: a file, or standard output. What is written is written at once.
class CaptureSink {
 public:
  /// "-" is standard output. A file is made, or emptied, with the first write.
  explicit CaptureSink(std::string file);
  ~CaptureSink();
  CaptureSink(const CaptureSink&) = delete;
  CaptureSink& operator=(const CaptureSink&) = delete;

  /// False when nobody reads any more: the pipe is closed, or it is full and `stop` has something to read.
  /// Throws std::system_error for a file that cannot be written.
  bool write(std::string_view bytes, int stop);

 private:
  const std::string file_;
  int fd_ = -1;
  std::size_t at_once_ = 0;  // bytes that find room, if any do

  void use(int fd);
  bool wait_for_room(int stop) const;
};

}  // namespace vxtap::ctl
