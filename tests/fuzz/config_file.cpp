// A configuration file. Errors are said, with their places; what is taken is taken the same way again.
#include <algorithm>

#include "config/config.hpp"
#include "config/difference.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;
using config::Diagnostic;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = Input(data, size).text();
  const auto loaded = config::load_text(text, "file.yaml");
  std::size_t errors = 0;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.severity == Diagnostic::Severity::kError) ++errors;
    require(!diagnostic.message.empty(), "a finding has words");
    require(!to_string(diagnostic).empty(), "and a line");
  }
  require(loaded.config.has_value() == (errors == 0), "there is a configuration exactly without an error");
  if (!loaded.config) return 0;
  const config::Config& config = *loaded.config;
  require(!config.segments.empty() && config.segments.size() <= 65535, "it has segments");
  if (config.segments.size() > 1000) return 0;  // a range can make so many that the rest takes long
  const auto again = config::load_text(text, "file.yaml");
  require(again.config == config, "the same text is the same configuration");
  const auto same = config::difference(config, *again.config);
  require(same.unchanged.size() == config.segments.size(), "between which a reload changes nothing");
  require(same.added.empty() && same.removed.empty() && same.changed.empty() && same.needs_restart.empty(),
          "nothing at all");
  return 0;
}
