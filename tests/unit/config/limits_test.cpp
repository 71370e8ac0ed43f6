#include "config/config.hpp"
#include "config/diagnostics.hpp"
#include "config/yaml_tree.hpp"
#include "refusal.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

namespace vxtap::config {
namespace {

/// The one thing said about a file that is refused as a whole.
std::string refusal_of(const std::string& text) {
  const auto result = load_text(text, "f");
  REQUIRE(result.diagnostics.size() == 1);
  CHECK_FALSE(result.config.has_value());
  return to_string(result.diagnostics[0]);
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("config: nesting is bounded in every style") {
  const std::string message = "nested deeper than 32 levels; no key needs more than six";
  CHECK(refusal_of(repeat("[", 100'000)) == "f:1:17: " + message);
  CHECK(refusal_of(repeat("{", 100'000)) == "f:1:32: " + message);
  CHECK(refusal_of(repeat("- ", 100'000)) == "f:1:65: " + message);
  CHECK(refusal_of(repeat("? ", 100'000)) == "f:1:65: " + message);
}

TEST_CASE("config: aliases of aliases count in full") {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string name = join({"a", std::to_string(i)});
    const std::string alias = join({"*a", std::to_string(i - 1)});
    text += join({name, ": &", name, " [", repeat(join({alias, ", "}), 9), alias, "]\n"});
  }
  CHECK(refusal_of(text).ends_with(
      "more than a million values, aliases counted in full; split the configuration"));
}

TEST_CASE("config: text is bounded") {
  CHECK(refusal_of(repeat("#", kMaxFileBytes + 1)) ==
        "f:1:1: the file is larger than 16 MiB; a configuration is text of a few MiB at most");
  CHECK(refusal_of(repeat("[", kMaxFlowIndicators + 1)) ==
        "f:1:1000001: the file holds more than a million of '[', '{' and ','; write lists as blocks");
  CHECK(refusal_of("log: " + repeat("x", kMaxScalarBytes + 1)) ==
        "f:1:6: a word of more than 4096 bytes; no key takes one so long");
}

TEST_CASE("config: long text is cut in messages") {
  const auto said = load_text("underlay: {local: " + repeat("x", 1000) + "}\n" + kSegment, "f").diagnostics;
  REQUIRE(said.size() == 1);
  CHECK(said[0].message == "underlay.local '" + repeat("x", 80) +
                               "...' is no IP address; write one such as 192.0.2.1 or 2001:db8::1");
}

TEST_CASE("config: accept is bounded") {
  const auto yaml = [](std::size_t prefixes) {
    return "underlay: {local: 192.0.2.1, accept: [" + repeat("192.0.2.0/24, ", prefixes) + "]}\n" + kSegment;
  };
  CHECK(load_text(yaml(256), "f").config.has_value());
  CHECK(refusal_of(yaml(257)) == "f:1:38: underlay.accept lists more than 256 prefixes; write shorter ones");
}

TEST_CASE("config: a file is read, or refused with the system's reason") {
  const test::TempDirectory scratch;
  const std::string path = (scratch / "vxtapd.yaml").string();
  const auto missing = load_file(path);
  REQUIRE(missing.diagnostics.size() == 1);
  CHECK(to_string(missing.diagnostics[0]) ==
        path + ": cannot be read: No such file or directory; give a file that is there and make it readable");
  CHECK_FALSE(load_file((scratch / "").string()).config.has_value());

  test::write_file(path, kValid);
  const auto valid = load_file(path);
  CHECK(valid.diagnostics.empty());
  CHECK(valid.config.has_value());

  test::write_file(path, "log: {level: loud}\n" + kValid);
  const auto refused = load_file(path);
  REQUIRE(refused.diagnostics.size() == 1);
  CHECK(to_string(refused.diagnostics[0]).starts_with(path + ":1:14: log.level 'loud'"));
}

TEST_CASE("config: a file without end is refused") {
  CHECK(load_file("/dev/zero").diagnostics.size() == 1);
}

}  // namespace vxtap::config
