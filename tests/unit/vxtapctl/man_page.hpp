#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vxtap::test {

/// One tagged paragraph (.TP) of a manual page, its tag as a reader sees it, without fonts.
struct ManEntry {
  std::string section;  ///< of .SH
  std::string tag;
};

/// What stands in a page of man(7), as far as our pages use its macros and escapes. Throws for a file that
/// cannot be read.
std::vector<ManEntry> man_entries(const std::filesystem::path& page);

}  // namespace vxtap::test
