#include <algorithm>
#include <fstream>
#include <sstream>

#include "lab/wireguard.hpp"
#include "support/catch.hpp"
#include "support/skip.hpp"

// Each demo is played from beginning to end: it checks what it tells, and a screen of 80 columns holds it.

using namespace vxtap::lab;

namespace {

/// Characters of a line of UTF-8.
std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

CommandResult demo(Host& host, const Arguments& arguments) {
  Arguments words{"bash", VXTAP_DEMO_DIR "/demo.sh", VXTAP_BIN_DIR};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return host.command(words, seconds(100));
}

void check_story(const std::string& story) {
  Host host;
  const auto result = demo(host, {story});
  INFO(result.out << result.err);
  CHECK(result.exit_code == 0);
  CHECK(result.err == "");
  std::istringstream lines(result.out);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line); ++number)
    if (columns(line) > 80) FAIL_CHECK("longer than 80 columns: " << line);
  CHECK(number > 40);
}

}  // namespace

TEST_CASE("demo: point-to-point") {
  check_story("point-to-point");
}
TEST_CASE("demo: routed-gateways") {
  check_story("routed-gateways");
}
TEST_CASE("demo: containers") {
  check_story("containers");
}
TEST_CASE("demo: bridge-and-tap") {
  check_story("bridge-and-tap");
}
TEST_CASE("demo: multicast-group") {
  check_story("multicast-group");
}
TEST_CASE("demo: open-vswitch") {
  check_story("open-vswitch");
}
TEST_CASE("demo: one-tap-many-vnis") {
  check_story("one-tap-many-vnis");
}
TEST_CASE("demo: flood-list") {
  check_story("flood-list");
}
TEST_CASE("demo: unprivileged") {
  check_story("unprivileged");
}

TEST_CASE("demo: wireguard") {
  Host host;
  if (const std::string missing = missing_wireguard(host); !missing.empty())
    vxtap::test::skip(missing);
  else
    check_story("wireguard");
}

TEST_CASE("demo: a name that is none lists those there are, each with an example and a chapter") {
  Host host;
  const auto result = demo(host, {"nowhere"});
  CHECK(result.exit_code == 2);
  std::size_t stories = 0;
  for (const auto& entry : std::filesystem::directory_iterator(VXTAP_EXAMPLES_DIR)) {
    if (!entry.is_directory()) continue;
    ++stories;
    const auto name = entry.path().filename().string();
    CAPTURE(name);
    CHECK_THAT(result.err, Catch::Matchers::ContainsSubstring("  " + name + " "));
    CHECK(text_of(entry.path() / "README.md").size() > 500);
  }
  CHECK(stories == 10);
}
