#pragma once

namespace vxtap::ctl {

/// Whether terminfo has a description of the terminal that TERM names.
bool is_known_terminal();

}  // namespace vxtap::ctl
