#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "system.hpp"

namespace vxtap::bench {

/// Two hosts back to back and everything that is compared between them, up and waiting; only one system at a
/// time is given traffic.
class Rig {
 public:
  Rig(WireCondition condition, const Options& options);

  /// In the order of their turns: vxtap, kernel, the others.
  const std::vector<std::unique_ptr<System>>& systems() const noexcept { return systems_; }
  System& kernel() const noexcept { return *systems_.at(1); }
  void finish();

 private:
  lab::Wire wire_;
  std::optional<lab::Wire> ovs_wire_;
  std::vector<std::unique_ptr<System>> systems_;  // borrow the wires
};

}  // namespace vxtap::bench
