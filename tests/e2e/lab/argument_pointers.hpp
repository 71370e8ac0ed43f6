#pragma once

#include <string>
#include <vector>

namespace vxtap::lab {

/// As exec and spawn want them, a null pointer at the end. Borrows the strings.
inline std::vector<char*> argument_pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (auto& string : strings) out.push_back(string.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace vxtap::lab
