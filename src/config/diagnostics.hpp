#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace vxtap::config {

/// Collects what is found while a file is read, in any order.
class Reporter {
 public:
  explicit Reporter(std::string file) : file_(std::move(file)) {}

  void error(Position position, std::string message);
  void warning(Position position, std::string message);
  std::size_t errors() const { return errors_; }

  /// A key of a section stands there.
  void note_key(std::string_view section, std::string_view key, Position position);
  /// Those noted since the last time.
  std::vector<KeyPositions::Key> take_keys();

  /// In file order. What is said twice, through an alias or an inherited value, appears once.
  std::vector<Diagnostic> take();

 private:
  std::string file_;
  std::size_t errors_ = 0;
  std::vector<Diagnostic> diagnostics_;
  std::vector<KeyPositions::Key> keys_;
};

/// The parts one behind the other.
std::string join(std::initializer_list<std::string_view> parts);

/// The text between single quotes for a message, one line, cut when long.
std::string quote(std::string_view text);

}  // namespace vxtap::config
