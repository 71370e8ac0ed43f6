#include "ctl/check.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "inspect/words.hpp"

namespace vxtap::ctl {

json::value check_document(const config::LoadResult& result) {
  json::array diagnostics;
  for (const auto& diagnostic : result.diagnostics) {
    const bool is_error = diagnostic.severity == config::Diagnostic::Severity::kError;
    diagnostics.emplace_back(json::object{{"file", diagnostic.file},
                                          {"line", diagnostic.position.line},
                                          {"column", diagnostic.position.column},
                                          {"severity", is_error ? "error" : "warning"},
                                          {"message", diagnostic.message}});
  }
  return json::object{{"ok", result.config.has_value()}, {"diagnostics", std::move(diagnostics)}};
}

std::string check_summary(const std::string& file, const config::Config& config) {
  return inspect::join({file, ": ok, ", inspect::counted(config.segments.size(), "segment"), "\n"});
}

}  // namespace vxtap::ctl
