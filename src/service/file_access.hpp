#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "io/unique_fd.hpp"

namespace vxtap::service {

/// Which files this process may still open (landlock(7), Linux 5.13): none but what is allowed here. What is
/// open stays open, and connecting to a Unix socket is not covered.
///
/// A rule holds for a file or directory and everything below it, as it is found when the rule is made: what
/// is renamed away and made anew at the same path is another one. Paths that do not exist are passed over.
class FileAccess {
 public:
  FileAccess();

  void allow_reading(const std::filesystem::path& path);
  void allow_reading_and_writing(const std::filesystem::path& path);
  /// Files and sockets in a directory.
  void allow_removing(const std::filesystem::path& directory);
  void allow_making_files(const std::filesystem::path& directory);

  /// From now on, for the calling thread and those that it starts; it needs renounce_new_privileges().
  /// Returns why it is not in force; empty when it is.
  std::string enforce();

 private:
  io::UniqueFd rules_;
  std::uint64_t handled_ = 0;  ///< every access that this kernel knows
  std::string refusal_;

  void allow(const std::filesystem::path& path, std::uint64_t access);
};

}  // namespace vxtap::service
