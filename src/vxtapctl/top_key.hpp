#pragma once

#include <string>

namespace vxtap::ctl {

/// What was typed.
struct Key {
  enum class Name { kText, kUp, kDown, kPageUp, kPageDown, kHome, kEnd, kEnter, kEscape, kBackspace };

  Name name = Name::kText;
  std::string text = {};  ///< with kText: one character in UTF-8
};

}  // namespace vxtap::ctl
