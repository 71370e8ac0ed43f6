#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

/// The shell's part: a pasted text becomes commands, and a command words.
namespace vxtap::iproute2 {

/// One word without its quotes, and where it begins in the text.
struct Word {
  std::string text;
  config::Position position;
};

/// Never empty of words. `text` is the command as it was typed, on one line.
struct Command {
  std::vector<Word> words;
  std::string text;
};

struct CommandList {
  std::vector<Command> commands;
  std::optional<Word> unclosed;  ///< the word whose quote does not end
};

/// Commands end at a newline, ';', '&&' or '||'; a backslash before the newline goes on. Quotes and comments
/// are the shell's; nothing is expanded. A prompt ("$ ", "# ", "user@host:~# ") before a command is no word
/// of it.
CommandList split_commands(std::string_view text);

}  // namespace vxtap::iproute2
