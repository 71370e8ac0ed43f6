#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>

/// What the grammar's files share.
namespace vxtap::ctl {

inline constexpr auto kOnlyVni = "Only segments with this VNI, or the one of this name";
inline constexpr auto kNoSegment = "a VNI from 0 to 16777215, nor a segment's name";

/// An option check: what is wrong with the text, or nothing.
template <class Parse>
CLI::Validator check_with(Parse parse, std::string wanted) {
  return CLI::Validator(
      [parse, wanted = std::move(wanted)](const std::string& text) {
        return parse(text) ? std::string() : text + ": not " + wanted;
      },
      "");
}

}  // namespace vxtap::ctl
