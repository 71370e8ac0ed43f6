#include "config/diagnostics.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/utf8.hpp"

namespace vxtap::config {
namespace {

constexpr std::size_t kMaxQuoted = 80;

auto order_of(const Diagnostic& diagnostic) {
  return std::tie(diagnostic.position.line, diagnostic.position.column, diagnostic.message);
}

}  // namespace

void Reporter::error(Position position, std::string message) {
  ++errors_;
  diagnostics_.push_back({Diagnostic::Severity::kError, file_, position, std::move(message)});
}

void Reporter::warning(Position position, std::string message) {
  diagnostics_.push_back({Diagnostic::Severity::kWarning, file_, position, std::move(message)});
}

void Reporter::note_key(std::string_view section, std::string_view key, Position position) {
  // The elements of other lists are many, and know their own places.
  if (section.ends_with("[]") && section != "segments[]") return;
  keys_.push_back({section, key, position});
}

std::vector<KeyPositions::Key> Reporter::take_keys() {
  keys_.shrink_to_fit();  // kept as long as the configuration, once for each segment
  return std::exchange(keys_, {});
}

std::vector<Diagnostic> Reporter::take() {
  std::sort(diagnostics_.begin(), diagnostics_.end(),
            [](const Diagnostic& a, const Diagnostic& b) { return order_of(a) < order_of(b); });
  const auto same = [](const Diagnostic& a, const Diagnostic& b) { return order_of(a) == order_of(b); };
  diagnostics_.erase(std::unique(diagnostics_.begin(), diagnostics_.end(), same), diagnostics_.end());
  return std::move(diagnostics_);
}

std::string join(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const auto part : parts) out += part;
  return out;
}

std::string quote(std::string_view text) {
  std::string out = "'";
  for (std::size_t i = 0; i < text.size();) {
    if (i >= kMaxQuoted) return out + "...'";
    const std::size_t length = utf8_length(text.substr(i));
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool shown = length != 0 && byte >= 0x20 && byte != 0x7F;
    out += shown ? text.substr(i, length) : "?";
    i += length == 0 ? 1 : length;
  }
  return out + "'";
}

std::string to_string(const Diagnostic& diagnostic) {
  std::string out = diagnostic.file;
  if (diagnostic.position.line > 0)
    out = join({out, ":", std::to_string(diagnostic.position.line), ":",
                std::to_string(diagnostic.position.column)});
  out += ": ";
  if (diagnostic.severity == Diagnostic::Severity::kWarning) out += "warning: ";
  return out + diagnostic.message;
}

}  // namespace vxtap::config
