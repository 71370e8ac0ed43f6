#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "support/requirements.hpp"

namespace {

/// errno of unshare(), tried in a child so that this process keeps its namespaces; 0 when it works.
int try_namespaces() {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) _exit(unshare(CLONE_NEWNET | CLONE_NEWNS) == 0 ? 0 : errno);
  int status = 0;
  if (waitpid(child, &status, 0) != child) return errno;
  return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

}  // namespace

std::string vxtap::test::missing_requirement() {
  if (geteuid() != 0) return "not root";
  const int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (tun < 0) return "/dev/net/tun: " + std::generic_category().message(errno);
  close(tun);
  const int error = try_namespaces();
  if (error != 0) return "network and mount namespaces: " + std::generic_category().message(error);
  return {};
}
