#include <algorithm>
#include <fstream>
#include <regex>

#include "config/keys.hpp"
#include "support/catch.hpp"

namespace vxtap::config {
namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  REQUIRE(file.is_open());
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> page() {
  return lines_of(VXTAP_SOURCE_DIR "/src/vxtapctl/man/vxtapd.yaml.5");
}

std::vector<std::string> sorted(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  return words;
}

/// Tags of the page's paragraphs, each of which is a key.
std::vector<std::string> tags(const std::vector<std::string>& lines) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    if (lines[i] != ".TP") continue;
    CHECK(lines[i + 1].starts_with(".B "));
    found.push_back(lines[i + 1].substr(3));
  }
  return found;
}

}  // namespace

TEST_CASE("vxtapd.yaml(5): a paragraph for each known key, and for no other") {
  CHECK(sorted(tags(page())) == sorted(known_keys()));
}

TEST_CASE("vxtapd.yaml(5): keys named in the text are known") {
  const auto keys = known_keys();
  // A path that begins at one of the file's maps; not the end of a file's name.
  const std::regex path(R"((^|[^\w/.])((log|control|metrics|underlay|segments\[\])(\.[a-z_]+(\[\])?)+))");
  int named = 0;
  for (const auto& line : page()) {
    for (std::sregex_iterator found(line.begin(), line.end(), path), end; found != end; ++found) {
      ++named;
      INFO(line);
      const std::string key = (*found)[2];
      CHECK(std::count(keys.begin(), keys.end(), key) == 1);
    }
  }
  CHECK(static_cast<std::size_t>(named) > keys.size());
}

TEST_CASE("vxtapd.yaml: the commented file shows every key") {
  const auto lines = lines_of(VXTAP_SOURCE_DIR "/config/vxtapd.yaml");
  for (const auto& key : known_keys()) {
    INFO(key);
    const std::regex word(R"((^|[ {#]))" + key.substr(key.rfind('.') + 1) + ":");
    CHECK(std::any_of(lines.begin(), lines.end(),
                      [&](const auto& line) { return std::regex_search(line, word); }));
  }
}

}  // namespace vxtap::config
