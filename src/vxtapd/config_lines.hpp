#pragma once

#include <cstdint>
#include <string>

namespace vxtap::daemon {

/// The configuration file's lines, read again when one is asked for. Control thread.
class ConfigLines {
 public:
  explicit ConfigLines(std::string path) : path_(std::move(path)) {}

  const std::string& path() const noexcept { return path_; }
  /// The file as it is now is the one that runs.
  void loaded() { stamp_ = stamp(); }

  /// Text of a line counted from 1, blanks at its ends left out and cut where it is very long. Empty when it
  /// cannot be read or the file was changed since.
  std::string line(int number) const;
  /// Whether somebody wrote to it since.
  bool changed() const { return stamp() != stamp_; }

 private:
  std::string path_;
  std::int64_t stamp_ = 0;

  std::int64_t stamp() const;
};

}  // namespace vxtap::daemon
