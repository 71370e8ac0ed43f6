#include "iproute2/words.hpp"

#include <algorithm>
#include <array>

namespace vxtap::iproute2 {
namespace {

constexpr std::array<std::string_view, 7> kPrograms{"ip",       "bridge", "sudo",  "brctl",
                                                    "ifconfig", "tc",     "sysctl"};

bool is_program(std::string_view word) {
  return std::ranges::find(kPrograms, word.substr(word.rfind('/') + 1)) != kPrograms.end();
}

bool is_prompt(std::string_view word) {
  return word == "$" || word == "#" ||
         (word.find('@') != word.npos && (word.ends_with('#') || word.ends_with('$')));
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  CommandList split() {
    while (at_ < text_.size()) step();
    end_command();
    return std::move(list_);
  }

 private:
  bool looking_at(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void step() {
    if (looking_at("\\\n") || looking_at("\\\r\n")) {
      end_word();
      command_.text += ' ';
      skip(looking_at("\\\n") ? 2 : 3);
    } else if (looking_at("\n") || looking_at(";")) {
      end_command();
      skip(1);
    } else if (looking_at("&&") || looking_at("||")) {
      end_command();
      skip(2);
    } else if (looking_at(" ") || looking_at("\t") || looking_at("\r")) {
      end_word();
      keep(1);
    } else if (looking_at("#") && !word_ && !is_prompt_here()) {
      while (at_ < text_.size() && !looking_at("\n")) skip(1);
    } else {
      word_step();
    }
  }

  void word_step() {
    if (!word_) word_ = Word{{}, position_};
    const char c = text_[at_];
    if (c == '"' || c == '\'') return quoted(c);
    if (c == '\\' && at_ + 1 < text_.size()) keep(1);
    word_->text += text_[at_];
    keep(1);
  }

  void quoted(char quote) {
    keep(1);
    while (at_ < text_.size() && text_[at_] != quote) {
      if (quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size()) keep(1);
      word_->text += text_[at_];
      keep(1);
    }
    if (at_ < text_.size()) return keep(1);
    if (!list_.unclosed) list_.unclosed = word_;
  }

  /// Of a '#' that begins a command: whether a program follows, which makes it root's prompt and no comment.
  bool is_prompt_here() const {
    if (!command_.words.empty()) return false;
    const auto from = text_.find_first_not_of(" \t", at_ + 1);
    if (from == text_.npos || from == at_ + 1) return false;
    return is_program(text_.substr(from, text_.find_first_of(" \t\n", from) - from));
  }

  void end_word() {
    if (!word_) return;
    command_.words.push_back(*std::move(word_));
    word_.reset();
  }

  void end_command() {
    end_word();
    auto& words = command_.words;
    if (words.size() > 1 && is_prompt(words[0].text)) drop_prompt();
    const auto first = command_.text.find_first_not_of(" \t\r");
    const auto last = command_.text.find_last_not_of(" \t\r");
    if (!words.empty())
      list_.commands.push_back({std::move(words), command_.text.substr(first, last - first + 1)});
    command_ = {};
  }

  /// Of a command that begins with one. Quoted it is none: nobody's shell printed it so.
  void drop_prompt() {
    const std::string& prompt = command_.words[0].text;
    const auto begin = command_.text.find_first_not_of(" \t\r");
    if (command_.text.compare(begin, prompt.size(), prompt) != 0) return;
    command_.text.erase(0, begin + prompt.size());
    command_.words.erase(command_.words.begin());
  }

  void keep(std::size_t bytes) {
    // What is shown again stays on its line.
    for (const char c : text_.substr(at_, bytes))
      command_.text += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    skip(bytes);
  }
  void skip(std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i, ++at_) {
      ++position_.column;
      if (text_[at_] == '\n') position_ = {position_.line + 1, 1};
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  config::Position position_{1, 1};
  std::optional<Word> word_;
  Command command_;
  CommandList list_;
};

}  // namespace

CommandList split_commands(std::string_view text) {
  return Splitter(text).split();
}

}  // namespace vxtap::iproute2
