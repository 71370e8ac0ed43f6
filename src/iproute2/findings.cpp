#include "iproute2/findings.hpp"

#include <algorithm>

namespace vxtap::iproute2 {

void Findings::wrong(const Word& at, std::string message) {
  wrong_ = true;
  reporter_.error(at.position, std::move(message));
}

void Findings::impossible(const Word& at, std::string message) {
  impossible_ = true;
  reporter_.error(at.position, std::move(message));
}

void Findings::left_out(const Word& at, std::string_view what, std::string_view why) {
  note(at, config::join({what, " is left out: ", why}));
}

void Findings::note(const Word& at, const std::string& message) {
  reporter_.warning(at.position, message);
  if (std::ranges::find(notes_, message) == notes_.end()) notes_.push_back(message);
}

}  // namespace vxtap::iproute2
