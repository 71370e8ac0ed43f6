#include "service/system_call_filter.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <future>
#include <thread>

#include "service/privileges.hpp"
#include "support/catch.hpp"
#include "unit/service/child.hpp"

using namespace vxtap;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

/// Collects what should have failed and what should have worked.
class Complaints {
 public:
  void refused(const char* call, long result) {
    if (result != -1)
      text_ += std::string(call) + " was not refused; ";
    else if (errno != EPERM)
      text_ += std::string(call) + " was refused with errno " + std::to_string(errno) + "; ";
  }
  void works(const char* call, bool result) {
    if (!result) text_ += std::string(call) + " failed with errno " + std::to_string(errno) + "; ";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string filter() {
  const auto first = service::renounce_new_privileges();
  return first.empty() ? service::filter_system_calls() : first;
}

std::string in_filter(const std::function<void(Complaints&)>& tries) {
  return test::told_by_child([&] {
    if (auto refusal = filter(); !refusal.empty()) return refusal;
    Complaints complaints;
    tries(complaints);
    return complaints.text();
  });
}

bool map(int protection) {
  void* const at = ::mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return at != MAP_FAILED && ::munmap(at, 4096) == 0;
}

}  // namespace

TEST_CASE("system call filter: what a daemon has no business with fails with EPERM") {
  const auto told = in_filter([](Complaints& complaints) {
    char program[] = "/bin/true";
    char* const arguments[] = {program, nullptr};
    complaints.refused("execve", ::execv(program, arguments));
    complaints.refused("mount", ::mount("none", "/mnt", "tmpfs", 0, nullptr));
    complaints.refused("chmod", ::chmod("/nonexistent", 0600));
    complaints.refused("chown", ::chown("/nonexistent", 1, 1));
    complaints.refused("mkdir", ::mkdir("/nonexistent/directory", 0700));
    complaints.refused("rename", ::rename("/nonexistent", "/nonexistent/too"));
    complaints.refused("setuid", ::setuid(0));
    complaints.refused("packet socket", ::socket(AF_PACKET, SOCK_RAW, 0));
    complaints.refused("typing at a terminal", ::ioctl(STDIN_FILENO, TIOCSTI, "x"));
    if (kSanitized) return;
    complaints.refused("fork", ::fork());
    complaints.refused("memory to write and execute", map(PROT_READ | PROT_WRITE | PROT_EXEC) ? 0 : -1);
  });
  CHECK(told == "");
}

TEST_CASE("system call filter: what a daemon does still works") {
  const auto told = in_filter([](Complaints& complaints) {
    for (const int family : {AF_INET, AF_UNIX})
      complaints.works("socket", ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0) >= 0);
    complaints.works("netlink", ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0) >= 0);
    complaints.works("memory", map(PROT_READ | PROT_WRITE) && map(PROT_READ | PROT_EXEC));
    complaints.works("if_nametoindex", ::if_nametoindex("lo") != 0);
    complaints.works("getpwnam", ::getpwnam("root") != nullptr);
    complaints.works("a file", ::open("/proc/self/status", O_RDONLY | O_CLOEXEC) >= 0);
    int answer = 0;
    std::thread([&] { answer = 42; }).join();
    complaints.works("a thread", answer == 42);
  });
  CHECK(told == "");
}

TEST_CASE("system call filter: threads that are there already are bound by it too") {
  const auto told = test::told_by_child([] {
    std::promise<void> filtered;
    std::string other;
    std::thread before([&, go = filtered.get_future()]() mutable {
      go.get();
      Complaints complaints;
      complaints.refused("chmod", ::chmod("/nonexistent", 0600));
      other = complaints.text();
    });
    const auto refusal = filter();
    filtered.set_value();
    before.join();
    return refusal + other;
  });
  CHECK(told == "");
}
