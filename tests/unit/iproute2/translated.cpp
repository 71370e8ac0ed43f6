#include "translated.hpp"

#include "support/catch.hpp"

namespace vxtap::iproute2 {
namespace {

std::string lines(const std::vector<config::Diagnostic>& diagnostics) {
  std::string out;
  for (const auto& diagnostic : diagnostics) out += to_string(diagnostic) + "\n";
  return out;
}

}  // namespace

Translated translated(const std::string& commands) {
  const auto translation = translate(commands, "ip");
  UNSCOPED_INFO(commands << "\n" << lines(translation.diagnostics) << translation.yaml);
  REQUIRE(translation.verdict == Verdict::kDone);
  auto loaded = config::load_text(translation.yaml, "yaml");
  UNSCOPED_INFO(lines(loaded.diagnostics));
  REQUIRE(loaded.config.has_value());
  CHECK(loaded.diagnostics.empty());
  return {translation.yaml, lines(translation.diagnostics), *std::move(loaded.config)};
}

std::string refusal(const std::string& commands, Verdict expected) {
  const auto translation = translate(commands, "ip");
  UNSCOPED_INFO(commands << "\n" << lines(translation.diagnostics));
  CHECK(translation.verdict == expected);
  CHECK(translation.yaml.empty());
  return lines(translation.diagnostics);
}

}  // namespace vxtap::iproute2
