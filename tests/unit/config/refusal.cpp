#include "refusal.hpp"

#include "config/config.hpp"
#include "support/catch.hpp"

namespace vxtap::config {

void check_refusals(const std::vector<Refusal>& refusals) {
  for (const Refusal& refusal : refusals) {
    INFO(refusal.rule << "\n" << refusal.yaml);
    const auto result = load_text(refusal.yaml, "file.yaml");
    CHECK_FALSE(result.config.has_value());
    std::vector<std::string> said;
    for (const auto& diagnostic : result.diagnostics) said.push_back(to_string(diagnostic));
    std::vector<std::string> expected;
    for (const auto& line : refusal.expected) expected.push_back("file.yaml:" + line);
    CHECK(said == expected);
  }
}

}  // namespace vxtap::config
