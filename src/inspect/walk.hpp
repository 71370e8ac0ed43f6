#pragma once

#include <string>
#include <utility>

#include "inspect/explanation.hpp"

namespace vxtap::inspect {

/// Both walks' story as it grows. A step that drops ends it.
class Walk {
 public:
  explicit Walk(Explanation& out) : out_(out) {}

  void info(std::string_view name, std::string why, Place where = {}) {
    add(name, StepResult::kInfo, std::move(why), std::move(where));
  }
  void pass(std::string_view name, std::string why, Place where = {}) {
    add(name, StepResult::kPass, std::move(why), std::move(where));
  }
  /// `reason` empty: it goes no further and is no drop.
  void drop(std::string_view name, std::optional<DropReason> reason, std::string why, Place where = {}) {
    out_.outcome = Outcome::kDropped;
    out_.reason = reason;
    out_.decided = where;
    add(name, StepResult::kDrop, std::move(why), std::move(where));
  }
  void decide(Outcome outcome, Place where) {
    out_.outcome = outcome;
    out_.decided = std::move(where);
  }

 private:
  Explanation& out_;

  void add(std::string_view name, StepResult result, std::string why, Place where) {
    out_.steps.push_back({name, result, std::move(why), std::move(where)});
  }
};

}  // namespace vxtap::inspect
