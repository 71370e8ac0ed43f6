#include "ctl/top_screen.hpp"

// Its macros have names like `timeout` and `move`.
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <clocale>
#include <cstdlib>
#include <cwchar>
#include <utility>

#include "ctl/terminal_type.hpp"

namespace vxtap::ctl {
namespace {

constexpr short kGoodPair = 1, kBadPair = 2;
constexpr wint_t kEscape = 0x1B;
constexpr int kEscapeDelay = 25;  // milliseconds until ESC is the key and not the start of another

constexpr std::array<std::pair<int, Key::Name>, 9> kKeys{{{KEY_UP, Key::Name::kUp},
                                                          {KEY_DOWN, Key::Name::kDown},
                                                          {KEY_PPAGE, Key::Name::kPageUp},
                                                          {KEY_NPAGE, Key::Name::kPageDown},
                                                          {KEY_HOME, Key::Name::kHome},
                                                          {KEY_END, Key::Name::kEnd},
                                                          {KEY_ENTER, Key::Name::kEnter},
                                                          {KEY_BACKSPACE, Key::Name::kBackspace},
                                                          {KEY_LEFT, Key::Name::kEscape}}};

attr_t attributes(Tone tone) {
  const auto pair = [](short number) {
    return has_colors() ? static_cast<attr_t>(COLOR_PAIR(number)) : A_NORMAL;
  };
  switch (tone) {
    case Tone::kHeading:
      return A_BOLD;
    case Tone::kGood:
      return pair(kGoodPair);
    case Tone::kBad:
      return pair(kBadPair);
    case Tone::kFaint:
      return A_DIM;
    case Tone::kSelected:
      return A_REVERSE;
    case Tone::kPlain:
      break;
  }
  return A_NORMAL;
}

Key character(wint_t code) {
  if (code == L'\n' || code == L'\r') return {.name = Key::Name::kEnter};
  if (code == 0x7F || code == L'\b') return {.name = Key::Name::kBackspace};
  std::array<char, MB_LEN_MAX> bytes{};
  std::mbstate_t state{};
  const auto size = code < L' ' ? 0 : std::wcrtomb(bytes.data(), static_cast<wchar_t>(code), &state);
  if (size == 0 || size > bytes.size()) return {};
  return {.text = std::string(bytes.data(), size)};
}

/// Whether more came right behind an ESC: it began the sequence of a key that nobody here knows, not the key
/// of its own that goes back. What came is taken.
bool began_sequence() {
  wint_t code = 0;
  bool more = false;
  while (get_wch(&code) != ERR) more = true;
  return more;
}

// What a pseudo-terminal may say of itself goes up to 65535, and ncurses keeps each cell three times.
int lines_of(const winsize& window) {
  return std::min<int>(window.ws_row, 500);
}
int columns_of(const winsize& window) {
  return std::min<int>(window.ws_col, 1000);
}

}  // namespace

TopScreen::TopScreen(bool colour) {
  std::setlocale(LC_CTYPE, "");
  use_env(FALSE);  // newterm() believes any size, and dies of some
  // newterm() leaks what it had begun when there is no description.
  if (!is_known_terminal() || newterm(nullptr, stdout, stdin) == nullptr) {
    const char* term = std::getenv("TERM");
    throw UnknownTerminal(std::string("the terminal type TERM=") + (term == nullptr ? "" : term) +
                          " is not known; set one that is, such as TERM=xterm");
  }
  cbreak();
  noecho();
  nonl();
  curs_set(0);
  set_escdelay(kEscapeDelay);
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  if (!colour || !has_colors()) return;
  start_color();
  use_default_colors();
  init_pair(kGoodPair, COLOR_GREEN, -1);
  init_pair(kBadPair, COLOR_RED, -1);
}

TopScreen::~TopScreen() {
  endwin();
}

ScreenSize TopScreen::size() {
  winsize window{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_row != 0 && window.ws_col != 0 &&
      is_term_resized(lines_of(window), columns_of(window)))
    resizeterm(lines_of(window), columns_of(window));
  return {static_cast<std::size_t>(getmaxx(stdscr)), static_cast<std::size_t>(getmaxy(stdscr))};
}

void TopScreen::draw(const std::vector<Line>& lines) {
  erase();
  int row = 0;
  for (const auto& line : lines) {
    move(row++, 0);
    for (const auto& span : line) {
      attrset(static_cast<int>(attributes(span.tone)));
      addnstr(span.text.c_str(), static_cast<int>(span.text.size()));
    }
  }
  refresh();
}

std::optional<Key> TopScreen::take_key() {
  wint_t code = 0;
  const int kind = get_wch(&code);
  if (kind == ERR) return std::nullopt;
  if (kind == OK && code == kEscape) return began_sequence() ? Key{} : Key{.name = Key::Name::kEscape};
  if (kind == OK) return character(code);
  for (const auto& [known, name] : kKeys)
    if (std::cmp_equal(code, known)) return Key{.name = name};
  return Key{};  // one that means nothing here
}

}  // namespace vxtap::ctl
