#include "conformance/implementation.hpp"

namespace vxtap::conformance {

std::vector<Remote> all_remotes(lab::Family family) {
  std::vector<Remote> remotes;
  for (std::size_t host = 1; host <= 3; ++host) remotes.push_back({lab::underlay_address(host, family)});
  return remotes;
}

std::unique_ptr<Implementation> implement(Kind kind, lab::Host& host, const Setup& setup) {
  return kind == Kind::kKernel ? implement_with_kernel(host, setup) : implement_with_vxtapd(host, setup);
}

}  // namespace vxtap::conformance
