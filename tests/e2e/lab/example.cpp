#include "lab/example.hpp"

#include <regex>
#include <sstream>
#include <stdexcept>

namespace vxtap::lab {
namespace {

std::string replace_all(const std::string& text, const char* pattern, const char* replacement) {
  return std::regex_replace(text, std::regex(pattern), replacement);
}

/// Quoted as in the examples that have IPv6: to YAML a '[' in front begins a sequence.
std::string over_ipv6(std::string text) {
  text = replace_all(text, R"("(192\.0\.2\.\d+)(:\d+)?")", "$1$2");
  text = replace_all(text, R"(192\.0\.2\.0/24)", R"("2001:db8::/64")");
  text = replace_all(text, R"(192\.0\.2\.(\d+):(\d+))", R"("[2001:db8::$1]:$2")");
  text = replace_all(text, R"(192\.0\.2\.(\d+))", R"("2001:db8::$1")");
  return replace_all(text, R"(224\.1\.1\.1)", R"("ff0e::101")");
}

}  // namespace

std::string example(const std::string& network, const std::string& host, Family family) {
  const std::string file = VXTAP_EXAMPLES_DIR "/" + network + "/" + host + ".yaml";
  const std::string text = replace_all(read_file(file), R"(control:\n(?: .*\n)+)", "");
  if (text.empty()) throw std::runtime_error("no example " + file);
  return family == Family::kIpv4 ? text : over_ipv6(text);
}

std::vector<std::string> commands_in(const std::string& example) {
  static const std::string kMark = "#   ";
  std::vector<std::string> commands;
  std::istringstream lines(example);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(kMark)) commands.push_back(line.substr(kMark.size()));
  return commands;
}

std::string with_tap_key(const std::string& text, const std::string& key) {
  return std::regex_replace(text, std::regex("    tap:\\n"), "$&      " + key + "\n");
}

}  // namespace vxtap::lab
