#include "ctl/terminal_type.hpp"

// A file of its own: <term.h> makes macros of words such as `columns` and `lines`.
#include <curses.h>
#include <term.h>
#include <unistd.h>

namespace vxtap::ctl {

bool is_known_terminal() {
  int found = 0;
  if (setupterm(nullptr, STDOUT_FILENO, &found) != OK) return false;
  del_curterm(cur_term);
  return true;
}

}  // namespace vxtap::ctl
