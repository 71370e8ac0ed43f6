#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "config/diagnostics.hpp"
#include "config/yaml_tree.hpp"

/// A value of the file together with its name in messages, and the readers of the plain types. A reader
/// reports what is wrong and returns empty, so that its caller simply leaves the default in place.
namespace vxtap::config {

/// Cheap to copy. Borrows the reporter and the tree, which both outlive the reading of a file.
class Value {
 public:
  Value(Reporter& reporter, const Node& node, std::string path)
      : reporter_(&reporter), node_(&node), path_(std::move(path)) {}

  const Node& node() const { return *node_; }
  const std::string& path() const { return path_; }
  Position position() const { return node_->position; }
  Reporter& reporter() const { return *reporter_; }

  /// `node` inside this one, called `key`; a list's element is called "[0]".
  Value child(const Node& node, std::string_view key) const;
  Value element(std::size_t index) const;

  /// Reports "PATH message" at this value.
  void fail(const std::string& message) const { reporter_->error(position(), path_ + " " + message); }
  /// Reports that the value is of another type: "PATH is a list; write EXPECTED".
  void fail_type(std::string_view expected) const;

 private:
  Reporter* reporter_;
  const Node* node_;
  std::string path_;
};

/// What was read, and from where: empty when the file does not say.
template <typename T>
struct Given {
  T value{};
  std::optional<Value> source;
};

struct Range {
  std::uint64_t lowest;
  std::uint64_t highest;

  constexpr std::uint64_t size() const { return highest - lowest + 1; }
};

/// A scalar's text, quoted or not. `expected` completes "write ...".
std::optional<std::string> read_text(const Value& value, std::string_view expected);
/// A decimal number. `words` names the words allowed beside it, such as "auto", for the message.
std::optional<std::uint64_t> read_number(const Value& value, Range range, std::string_view words = {});
/// A number, or two with a dash between them, within `limits`; quoted or not, as a dash invites quotes.
/// `example` shows a range in messages.
std::optional<Range> read_range(const Value& value, Range limits, std::string_view example);
/// What YAML 1.1 takes for a boolean: true, yes, on and their opposites.
std::optional<bool> read_boolean(const Value& value);
/// An amount with its unit: us ms s m h. Zero needs no unit.
std::optional<std::chrono::microseconds> read_duration(const Value& value, std::chrono::microseconds highest);
/// True for a list, else reported.
bool require_list(const Value& value, std::string_view expected);

/// Plain text equal to `word`.
bool is_word(const Node& node, std::string_view word);
std::optional<std::uint64_t> decimal_of(std::string_view text);
/// "0x28", as people write masks and a ToS.
std::optional<std::uint64_t> hexadecimal_of(std::string_view text);

template <typename T>
using Choice = std::pair<std::string_view, T>;

/// One of several words.
template <typename T, std::size_t N>
std::optional<T> read_choice(const Value& value, const Choice<T> (&choices)[N]) {
  std::string expected;
  for (std::size_t i = 0; i < N; ++i)
    expected += (i == 0 ? "" : i + 1 == N ? " or " : ", ") + std::string(choices[i].first);
  const auto text = read_text(value, expected);
  if (!text) return std::nullopt;
  for (const auto& [word, meaning] : choices)
    if (*text == word) return meaning;
  value.fail(quote(*text) + " is no known word; write " + expected);
  return std::nullopt;
}

}  // namespace vxtap::config
