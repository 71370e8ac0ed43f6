#include "environment.hpp"

#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "lab/host.hpp"
#include "support/requirements.hpp"

namespace vxtap::bench {
namespace {

bool on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');)
    if (access(directory.append("/").append(program).c_str(), X_OK) == 0) return true;
  return false;
}

void require_kernel_vxlan() {
  lab::Host probe;
  const auto result = probe.command(
      {"ip", "link", "add", "probe", "type", "vxlan", "id", "42", "dstport", "4789", "remote", "192.0.2.2"});
  if (result.exit_code != 0)
    throw EnvironmentRefused("this kernel has no vxlan driver to compare with (CONFIG_VXLAN): " + result.err);
}

}  // namespace

void require_program(const std::string& program, std::string_view package) {
  if (!on_path(program))
    throw EnvironmentRefused(program + " is not installed: apt-get install " + std::string(package));
}

void require_environment() {
  if (const std::string missing = test::missing_requirement(); !missing.empty())
    throw EnvironmentRefused(missing);
  require_program("ip", "iproute2");
  require_program("bridge", "iproute2");
  require_program("ethtool", "ethtool");
  require_kernel_vxlan();
}

}  // namespace vxtap::bench
