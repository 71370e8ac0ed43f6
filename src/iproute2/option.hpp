#pragma once

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/suggestion.hpp"
#include "iproute2/findings.hpp"

/// The words of a command are read by tables of options, as iproute2 knows them and in its order.
namespace vxtap::iproute2 {

/// An option where it stands, with the values behind it, borrowed from the command.
struct Use {
  const Word& option;
  std::span<const Word> values;
  Findings& findings;
};

enum class Match : std::uint8_t {
  kPrefix,  ///< any beginning of the word will do (iproute2's matches())
  kExact,
};
inline constexpr Match kExact = Match::kExact;

template <typename Target>
struct Option {
  std::string_view form;  ///< the word and its values: "srcport MIN MAX"
  std::string_view once;  ///< options with the same name here exclude each other; empty: may be repeated
  void (*read)(const Use& use,
               Target& target) = nullptr;  ///< null: nothing to do, or nothing that can be done
  std::string_view left_out = {};          ///< why, and the mend, where the file has no counterpart
  Match match = Match::kPrefix;

  constexpr std::string_view word() const { return form.substr(0, form.find(' ')); }
  constexpr std::size_t values() const { return static_cast<std::size_t>(std::ranges::count(form, ' ')); }
  constexpr bool matches(std::string_view typed) const {
    return match == Match::kExact ? typed == word() : !typed.empty() && word().starts_with(typed);
  }
};

/// The first option that the word stands for; null when none.
template <typename Target>
const Option<Target>* find_option(std::span<const Option<Target>> options, std::string_view word) {
  const auto row = std::ranges::find_if(options, [&](const auto& option) { return option.matches(word); });
  return row == options.end() ? nullptr : &*row;
}

/// "'lokal' is no option of vxlan; did you mean 'local'?"
template <typename Target>
std::string unknown_option(std::span<const Option<Target>> options, std::string_view word,
                           std::string_view whose) {
  std::vector<std::string_view> words;
  for (const auto& option : options) words.push_back(option.word());
  const auto near = config::nearest(word, words);
  return config::join({config::quote(word), " is no option of ", whose, "; ",
                       near ? "did you mean " + config::quote(*near) + "?" : "leave it out or correct it"});
}

/// Reads the option at words[0] and its values. How many words it took; 0 when they are wrong, which is
/// reported. `given` holds where options that exclude each other stood before.
template <typename Target>
std::size_t read_option(const Option<Target>& option, std::span<const Word> words, Target& target,
                        Findings& findings, std::map<std::string_view, std::string>& given) {
  const Word& at = words[0];
  if (words.size() <= option.values()) {
    findings.wrong(at, config::join({config::quote(at.text), " lacks a value; write `", option.form, "`"}));
    return 0;
  }
  if (!option.once.empty()) {
    const auto [first, is_new] = given.try_emplace(option.once, std::string(option.word()));
    if (!is_new && first->second != option.word())
      findings.wrong(at, config::join({config::quote(at.text), " cannot stand beside ",
                                       config::quote(first->second), "; keep one of them"}));
    else if (!is_new)
      findings.wrong(at, config::quote(at.text) + " is given a second time; keep one of them");
    if (!is_new) return 0;
  }
  const Use use{at, words.subspan(1, option.values()), findings};
  if (option.read != nullptr) option.read(use, target);
  if (!option.left_out.empty()) findings.left_out(at, option.word(), option.left_out);
  return 1 + option.values();
}

}  // namespace vxtap::iproute2
