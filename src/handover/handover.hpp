#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "handover/inheritance.hpp"
#include "handover/state_files.hpp"

namespace vxtap::handover {

/// This process's side of what inheritance.hpp describes: takes over from the one before, and keeps the
/// service manager's copies up to date for the one after. Control thread.
class Handover {
 public:
  /// Where no service manager keeps descriptors nothing is ever done.
  bool active() const noexcept { return files_.has_value(); }

  /// What the process before left, all or nothing of it. To be called once, before anything else.
  struct Received {
    Inheritance inheritance;
    std::string refused;  ///< why what was left is not used; empty when it is, or when nothing was
  };
  Received receive();

  /// Descriptors by the names of descriptor_names.hpp.
  using Descriptors = std::vector<std::pair<std::string, int>>;
  /// Keeps them in place of all that had one of their names.
  void replace(const Descriptors& descriptors);
  void forget(const std::string& name);
  /// What was received and not replaced since: this process has no use for it.
  void forget_rest();

  /// Throws io::SystemError.
  void save(SavedState state);

 private:
  std::optional<StateFiles> files_;
  std::set<std::string> received_;  // names not replaced or forgotten yet
};

}  // namespace vxtap::handover
