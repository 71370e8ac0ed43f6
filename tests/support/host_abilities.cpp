#include "support/host_abilities.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace {

/// errno of a function tried in a child, so that this process keeps its namespaces; 0 when it works.
template <typename Attempt>
int try_in_child(Attempt attempt) {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) _exit(attempt() ? 0 : errno);
  int status = 0;
  if (waitpid(child, &status, 0) != child) return errno;
  return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

bool enter_namespaces() {
  return unshare(CLONE_NEWNET | CLONE_NEWNS) == 0;
}

bool make_cgroup(const std::string& hierarchy) {
  const std::string name = hierarchy + "/vxtap-try-" + std::to_string(getpid());
  return mkdir(name.c_str(), 0755) == 0 && rmdir(name.c_str()) == 0;
}

/// In a mount namespace that nobody else sees.
bool mount_machine() {
  return unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP) == 0 &&
         mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("tmpfs", "/mnt", "tmpfs", 0, nullptr) == 0 && mkdir("/mnt/upper", 0755) == 0 &&
         mkdir("/mnt/work", 0755) == 0 && mkdir("/mnt/root", 0755) == 0 &&
         mount("overlay", "/mnt/root", "overlay", 0, "lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work") ==
             0 &&
         mount("cgroup2", "/mnt/root", "cgroup2", 0, nullptr) == 0 && make_cgroup("/mnt/root");
}

std::string text_of(int error) {
  return std::generic_category().message(error);
}

}  // namespace

std::string vxtap::test::why_no_hosts() {
  if (geteuid() != 0) return "not root";
  const int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (tun < 0) return "/dev/net/tun: " + text_of(errno);
  close(tun);
  const int error = try_in_child(enter_namespaces);
  if (error != 0) return "network and mount namespaces: " + text_of(error);
  return {};
}

std::string vxtap::test::why_no_systemd() {
  for (const char* program : {"/lib/systemd/systemd", "/usr/bin/systemctl", "/usr/bin/journalctl",
                              "/usr/bin/systemd-sysusers", "/usr/bin/systemd-analyze"})
    if (access(program, X_OK) != 0) return std::string(program) + ": " + text_of(errno);
  const int error = try_in_child(mount_machine);
  if (error != 0) return "overlay of / and cgroup2: " + text_of(error);
  return {};
}
