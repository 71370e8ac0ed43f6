#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"
#include "iproute2/words.hpp"

namespace vxtap::iproute2 {

/// Collects what is found while commands are read.
class Findings {
 public:
  /// `name` stands for the commands in diagnostics.
  explicit Findings(std::string name) : reporter_(std::move(name)) {}

  /// iproute2 or the kernel would refuse the word.
  void wrong(const Word& at, std::string message);
  /// iproute2 takes it, but no configuration can say it.
  void impossible(const Word& at, std::string message);
  /// The configuration does not do what the word asks for: `why`, and what to do instead.
  void left_out(const Word& at, std::string_view what, std::string_view why);
  /// The configuration does more or else than the words tell.
  void note(const Word& at, const std::string& message);

  bool any_wrong() const { return wrong_; }
  bool any_impossible() const { return impossible_; }
  /// What left_out() and note() were told, in that order, for the comments of the file.
  const std::vector<std::string>& notes() const { return notes_; }
  std::vector<config::Diagnostic> take() { return reporter_.take(); }

 private:
  config::Reporter reporter_;
  bool wrong_ = false;
  bool impossible_ = false;
  std::vector<std::string> notes_;
};

}  // namespace vxtap::iproute2
