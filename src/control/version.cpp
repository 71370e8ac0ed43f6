#include "control/version.hpp"

namespace vxtap::control {

std::string_view version() noexcept {
  return VXTAP_VERSION;
}

}  // namespace vxtap::control
