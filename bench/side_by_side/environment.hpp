#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace vxtap::bench {

/// This machine cannot run what was asked for; what() says what is missing.
class EnvironmentRefused : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws EnvironmentRefused unless the hosts and the kernel's vxlan can be made here.
void require_environment();

/// Throws EnvironmentRefused when `program` is not on the PATH; `package` is Debian's.
void require_program(const std::string& program, std::string_view package);

}  // namespace vxtap::bench
