// Lines of iproute2 as `vxtapd --from-ip` reads them. What is written is a configuration without a fault.
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "iproute2/translate.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;
using iproute2::Verdict;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto translation = iproute2::translate(Input(data, size).text(), "ip");
  const bool done = translation.verdict == Verdict::kDone;
  require(done != translation.yaml.empty(), "there is a file exactly when it is done");
  bool error = false;
  for (const auto& diagnostic : translation.diagnostics)
    error = error || diagnostic.severity == config::Diagnostic::Severity::kError;
  require(done != error, "and an error exactly when it is not");
  if (!done) return 0;
  const auto loaded = config::load_text(translation.yaml, "yaml");
  require(loaded.config.has_value(), "the file is taken");
  require(loaded.diagnostics.empty(), "without a warning");
  return 0;
}
