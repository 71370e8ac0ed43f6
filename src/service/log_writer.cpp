#include "service/log_writer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <new>

namespace vxtap::service {
namespace {

using Clock = std::chrono::steady_clock;

mode_t type_of(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

/// A description of its own of the same pipe or terminal; none where it cannot be had, as of somebody else's
/// terminal after su(1).
io::UniqueFd opened_again(int fd) {
  if (type_of(fd) != S_IFIFO && isatty(fd) == 0) return {};
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return io::UniqueFd(open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

bool has_room(int fd, int milliseconds) noexcept {
  pollfd watched{.fd = fd, .events = POLLOUT, .revents = 0};
  return poll(&watched, 1, milliseconds) > 0 && (watched.revents & POLLOUT) != 0;
}

}  // namespace

LogWriter::LogWriter(int fd, std::string mark)
    : own_(opened_again(fd)),
      fd_(own_ ? own_.get() : fd),
      socket_(type_of(fd) == S_IFSOCK),
      mark_(std::move(mark)) {}

void LogWriter::write(std::string_view lines) noexcept {
  const std::lock_guard lock(mutex_);
  drain();
  keep(lines);
  drain();
}

void LogWriter::drain(std::chrono::milliseconds patience) noexcept {
  const auto end = Clock::now() + patience;
  const std::lock_guard lock(mutex_);
  drain();
  while (!kept_.empty()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0 || !has_room(fd_, static_cast<int>(left.count()))) return;
    const auto before = kept_.size();
    drain();
    if (kept_.size() == before) return;  // a reader that is gone, a full disk
  }
}

void LogWriter::keep(std::string_view lines) noexcept try {
  if (kept_.size() + lines.size() > kMostKept) {
    ++lost_;
    return;
  }
  tell_of_lost();
  kept_ += lines;
} catch (const std::bad_alloc&) {
  ++lost_;
}

void LogWriter::tell_of_lost() noexcept try {
  if (lost_ == 0) return;
  kept_ += mark_ + std::to_string(lost_) + (lost_ == 1 ? " line was" : " lines were") +
           " lost here: this log's reader left no room for more\n";
  lost_ = 0;
} catch (const std::bad_alloc&) {
  return;  // told later
}

void LogWriter::drain() noexcept {
  std::size_t done = 0;
  while (done < kept_.size()) {
    const auto passed = pass_on(std::string_view(kept_).substr(done));
    if (passed == 0) break;
    done += passed;
  }
  kept_.erase(0, done);
  if (!kept_.empty() || lost_ == 0) return;
  tell_of_lost();
  if (lost_ == 0) drain();
}

std::size_t LogWriter::pass_on(std::string_view text) const noexcept {
  // Of a pipe with any room a page is free; terminals take what they can.
  if (!own_ && !socket_) {
    if (!has_room(fd_, 0)) return 0;
    text = text.substr(0, PIPE_BUF);
  }
  const auto passed = socket_ ? send(fd_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                              : ::write(fd_, text.data(), text.size());
  return passed > 0 ? static_cast<std::size_t>(passed) : 0;
}

}  // namespace vxtap::service
