#include "ctl/capture_sink.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <system_error>
#include <utility>

namespace vxtap::ctl {
namespace {

constexpr mode_t kAsUmaskSays = 0666;
constexpr int kLastPatience = 1000;  // ms, for a reader behind a stop signal

}  // namespace

CaptureSink::CaptureSink(std::string file) : file_(std::move(file)) {
  if (file_ == kStandardOutput) use(STDOUT_FILENO);
  std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves is an errno
}

CaptureSink::~CaptureSink() {
  if (fd_ > STDERR_FILENO) ::close(fd_);
}

void CaptureSink::use(int fd) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), file_);
  fd_ = fd;
  struct stat status {};
  const bool regular = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  at_once_ = regular ? SSIZE_MAX : PIPE_BUF;  // pipe(7)
}

bool CaptureSink::wait_for_room(int stop) const {
  std::array<pollfd, 2> watched{pollfd{.fd = fd_, .events = POLLOUT, .revents = 0},
                                pollfd{.fd = stop, .events = POLLIN, .revents = 0}};
  while (::poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) continue;
  if (watched[0].revents != 0) return true;
  return ::poll(watched.data(), 1, kLastPatience) > 0;
}

bool CaptureSink::write(std::string_view bytes, int stop) {
  if (fd_ < 0) use(::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kAsUmaskSays));
  while (!bytes.empty()) {
    if (!wait_for_room(stop)) return false;
    const auto written = ::write(fd_, bytes.data(), std::min(bytes.size(), at_once_));
    if (written < 0 && errno == EPIPE) return false;
    if (written < 0 && errno != EINTR && errno != EAGAIN)
      throw std::system_error(errno, std::generic_category(), file_);
    bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
  return true;
}

}  // namespace vxtap::ctl
