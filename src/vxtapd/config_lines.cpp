#include "vxtapd/config_lines.hpp"

#include <filesystem>
#include <fstream>

namespace vxtap::daemon {

std::int64_t ConfigLines::stamp() const {
  std::error_code none;
  return std::filesystem::last_write_time(path_, none).time_since_epoch().count();
}

std::string ConfigLines::line(int number) const {
  constexpr std::size_t kMost = 120;
  if (changed()) return {};
  std::ifstream file(path_);
  std::string text;
  for (int at = 0; at < number; ++at)
    if (!std::getline(file, text)) return {};
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  text = text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
  return text.size() > kMost ? text.substr(0, kMost) + "..." : text;
}

}  // namespace vxtap::daemon
