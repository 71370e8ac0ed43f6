#include "own_namespace.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "support/catch.hpp"

namespace vxtap::test {
namespace {

/// Sets the effective capabilities to all that are permitted, or to none.
bool set_effective(bool all) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data{};
  if (::syscall(SYS_capget, &header, data.data()) != 0) return false;
  for (auto& half : data) half.effective = all ? half.permitted : 0;
  return ::syscall(SYS_capset, &header, data.data()) == 0;
}

}  // namespace

OwnNamespace::OwnNamespace() : before_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
  REQUIRE(before_);
  REQUIRE(::unshare(CLONE_NEWNET) == 0);
}
OwnNamespace::~OwnNamespace() {
  ::setns(before_.get(), CLONE_NEWNET);
}

WithoutCapabilities::WithoutCapabilities() {
  REQUIRE(set_effective(false));
}
WithoutCapabilities::~WithoutCapabilities() {
  set_effective(true);
}

void run(const std::string& command) {
  INFO(command);
  REQUIRE(std::system(command.c_str()) == 0);
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  REQUIRE(pipe);
  std::string text;
  std::array<char, 4096> part{};
  while (const auto got = std::fread(part.data(), 1, part.size(), pipe.get())) text.append(part.data(), got);
  return text;
}

}  // namespace vxtap::test
