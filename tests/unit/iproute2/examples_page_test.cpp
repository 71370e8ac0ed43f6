#include <iterator>
#include <regex>

#include "config/keys.hpp"
#include "iproute2/bridge_line.hpp"
#include "iproute2/link_line.hpp"
#include "iproute2/vxlan_options.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace vxtap;
using namespace vxtap::iproute2;

namespace {

std::string page() {
  auto text = test::read_file(VXTAP_SOURCE_DIR "/config/examples/iproute2.md");
  REQUIRE_FALSE(text.empty());
  return text;
}

/// The page's part from one heading of the second level to the next.
std::string section(const std::string& heading) {
  const std::string text = page();
  const auto from = text.find("\n## " + heading + "\n");
  REQUIRE(from != std::string::npos);
  return text.substr(from, text.find("\n## ", from + 1) - from);
}

/// Whether a row of a table is about the word: it stands as code in the first column, with or without values.
bool has_row(const std::string& text, const std::string& word) {
  const std::string escaped = std::regex_replace(word, std::regex(R"([\[\].])"), R"(\$&)");
  return std::regex_search(text, std::regex(R"(\n\| [^|]*`)" + escaped + R"([ `])"));
}

template <typename Options>
void check_rows(const std::string& heading, const Options& options) {
  const std::string text = section(heading);
  for (const auto& option : options) {
    INFO(option.word());
    CHECK(has_row(text, std::string(option.word())));
  }
}

}  // namespace

TEST_CASE("iproute2.md: a row for each option of a vxlan device") {
  check_rows("ip link add ... type vxlan", vxlan_options());
}

TEST_CASE("iproute2.md: a row for each option before `type`") {
  check_rows("ip link add, ip link set: before `type`", link_options());
}

TEST_CASE("iproute2.md: a row for each word of bridge fdb") {
  const std::string text = section("bridge fdb");
  for (const auto word : fdb_option_words()) {
    INFO(word);
    CHECK(has_row(text, std::string(word)));
  }
}

TEST_CASE("iproute2.md: a row for each key of the configuration, and for no other") {
  const std::string text = section("From vxtapd.yaml to iproute2");
  const auto keys = config::known_keys();
  for (const auto& key : keys) {
    INFO(key);
    CHECK(has_row(text, key));
  }
  const std::regex row(R"(\n\| `([^`]+)` \|)");
  for (std::sregex_iterator found(text.begin(), text.end(), row), end; found != end; ++found) {
    INFO(found->str());
    CHECK(std::count(keys.begin(), keys.end(), (*found)[1].str()) == 1);
  }
}
