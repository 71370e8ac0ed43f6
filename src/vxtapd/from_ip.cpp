#include "vxtapd/from_ip.hpp"

#include <cstdio>
#include <iostream>
#include <iterator>

#include "iproute2/translate.hpp"

namespace vxtap::daemon {
namespace {

int exit_code_of(iproute2::Verdict verdict) {
  switch (verdict) {
    case iproute2::Verdict::kDone:
      break;
    case iproute2::Verdict::kNoConfiguration:
      return 1;
    case iproute2::Verdict::kWrongCommand:
      return 2;
  }
  return 0;
}

}  // namespace

int print_from_ip(const std::string& commands) {
  const bool piped = commands == "-";
  const std::string text = piped ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : commands;
  const auto translation = iproute2::translate(text, piped ? "stdin" : "--from-ip");
  for (const auto& diagnostic : translation.diagnostics)
    std::fprintf(stderr, "%s\n", to_string(diagnostic).c_str());
  std::fputs(translation.yaml.c_str(), stdout);
  return exit_code_of(translation.verdict);
}

}  // namespace vxtap::daemon
