#include "ctl/stop_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace vxtap::ctl {

StopSignals::StopSignals(std::initializer_list<int> more) {
  sigset_t signals{};
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  for (const int signal : more) ::sigaddset(&signals, signal);
  fd_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
}

StopSignals::~StopSignals() {
  // Taken off, or it would end the process as soon as it is let through again.
  signalfd_siginfo taken{};
  while (::read(fd_, &taken, sizeof(taken)) > 0) {
  }
  ::close(fd_);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace vxtap::ctl
