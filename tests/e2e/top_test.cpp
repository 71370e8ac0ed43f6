#include <csignal>
#include <sstream>
#include <string>

#include "lab/overlay.hpp"
#include "lab/terminal.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

/// vxtapd with a segment named blue, and a terminal for the tool.
struct Site {
  Wire wire{2};
  Vxtapd daemon{wire.host(0), segment_config({.self = 0}, unicast_to(1))};

  Arguments command(const Arguments& words) const {
    Arguments all{built("vxtapctl"), "-s", daemon.config_file().parent_path() / "control.sock"};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }
};

void check_restored(Terminal& terminal) {
  const auto& screen = terminal.screen();
  CHECK_FALSE(screen.alternate());
  CHECK(screen.cursor_visible());
  CHECK(terminal.is_cooked());
}

/// Whether all that `top` draws fits the terminal: the keys stand in its last line, and nothing scrolled.
bool fills(Terminal& terminal, std::size_t rows) {
  return eventually([&] {
    const auto text = terminal.screen().text();
    std::size_t lines = 0;
    std::istringstream in(text);
    std::string line, last;
    for (; std::getline(in, line); ++lines) last = line;
    return lines == rows && text.starts_with("vxtap top") && last.starts_with("q quit");
  });
}

}  // namespace

TEST_CASE("vxtapctl top: segments, a look inside, and back to the shell's screen") {
  Site site;
  Terminal terminal(site.command({"top"}));
  REQUIRE(terminal.shows("42 blue"));
  CHECK(terminal.shows("UP"));
  CHECK(terminal.shows("1 segment "));
  CHECK(terminal.shows("192.0.2.2 flood"));
  CHECK(fills(terminal, 24));
  CHECK(terminal.screen().alternate());
  CHECK_FALSE(terminal.screen().cursor_visible());
  CHECK_FALSE(terminal.is_cooked());
  CHECK_THAT(terminal.screen().reversed_text(), ContainsSubstring("blue"));
  terminal.type("\r");
  CHECK(terminal.shows("fdb learned"));
  CHECK(terminal.shows("VNI 42  blue  vx42  UP"));
  CHECK(terminal.screen().used_colour());
  terminal.type("\033");
  CHECK(terminal.shows("EVENTS"));
  terminal.type("?");
  CHECK(terminal.shows("look inside the segment"));
  terminal.type("qq");
  CHECK(terminal.wait() == 0);
  check_restored(terminal);
}

TEST_CASE("vxtapctl top: events and rates as they happen, a filter, a pause") {
  Site site;
  Terminal terminal(site.command({"top"}));
  REQUIRE(terminal.shows("192.0.2.2 flood"));
  REQUIRE(site.daemon.ctl({"fdb", "add", "02:00:00:00:00:77", "--vni", "blue", "--remote", "192.0.2.9"})
              .exit_code == 0);
  CHECK(terminal.shows("added   02:00:00:00:00:77 vni 42 segment blue dst 192.0.2.9"));
  CHECK(eventually([&] { return terminal.screen().text().find("192.0.2.9 ") != std::string::npos; }));
  terminal.type("/nosuch");
  CHECK(terminal.shows("name or VNI: nosuch_"));
  CHECK(terminal.shows("no segment is left by the filter"));
  terminal.type(
      "\x7f\x7f\x7f\x7f\x7f\x7f"
      "bl\r");
  CHECK(terminal.shows("42 blue"));
  CHECK(terminal.shows("[/bl]"));
  terminal.type("p");
  CHECK(terminal.shows("[paused]"));
  terminal.type("\x03");
  CHECK(terminal.wait() == 0);
  check_restored(terminal);
}

TEST_CASE("vxtapctl top: follows the terminal's size") {
  Site site;
  Terminal terminal(site.command({"top"}));
  REQUIRE(terminal.shows("42 blue"));
  for (const auto& [columns, rows] : {std::pair{40, 10}, {120, 40}, {80, 24}, {20, 4}}) {
    terminal.resize(static_cast<std::size_t>(columns), static_cast<std::size_t>(rows));
    CAPTURE(columns, rows);
    CHECK(fills(terminal, static_cast<std::size_t>(rows)));
    CHECK(terminal.shows("42 blue"));
  }
  terminal.resize(65535, 4);  // more than curses bears
  CHECK(terminal.shows("42 blue"));
  terminal.resize(80, 24);
  CHECK(fills(terminal, 24));
  terminal.type("q");
  CHECK(terminal.wait() == 0);
}

TEST_CASE("vxtapctl top: the terminal is restored whatever ends it") {
  Site site;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
    Terminal terminal(site.command({"top"}));
    REQUIRE(terminal.shows("42 blue"));
    terminal.signal(signal);
    CAPTURE(signal);
    CHECK(terminal.wait() == 0);
    check_restored(terminal);
  }
  Terminal terminal(site.command({"top"}));
  REQUIRE(terminal.shows("42 blue"));
  site.daemon.stop();
  CHECK(terminal.wait() == 3);
  check_restored(terminal);
  CHECK(terminal.shows("closed by the other side"));
}

TEST_CASE("vxtapctl top: what it cannot draw on is refused with the mend") {
  Site site;
  const auto piped = site.daemon.ctl({"top"});
  CHECK(piped.exit_code == 2);
  CHECK_THAT(piped.err, ContainsSubstring("stats --watch"));
  CHECK(site.daemon.ctl({"-j", "top"}).exit_code == 2);
  for (const char* term : {"TERM=dumb", "TERM=no-such-terminal"}) {
    Terminal terminal(site.command({"top"}), {term});
    CAPTURE(term);
    CHECK(terminal.wait() == 2);
    CHECK(terminal.shows("top: "));
  }
  Terminal plain(site.command({"top"}), {"NO_COLOR=1"});
  REQUIRE(plain.shows("42 blue"));
  plain.type("\r");
  REQUIRE(plain.shows("VNI 42  blue  vx42  UP"));
  CHECK_FALSE(plain.screen().used_colour());
}

TEST_CASE("vxtapctl top: four thousand segments") {
  Wire wire{2};
  Vxtapd daemon(wire.host(0),
                "underlay: {local: 192.0.2.1}\n"
                "segments:\n"
                "  - vni: 10001-14000\n"
                "    vlan: 1-4000\n"
                "    tap: {name: trunk0}\n"
                "    peers: {mode: unicast, remote: 192.0.2.2}\n");
  Terminal terminal({built("vxtapctl"), "-s", daemon.config_file().parent_path() / "control.sock", "top"});
  REQUIRE(terminal.shows("4000 segments"));
  CHECK(terminal.shows("10001 "));
  terminal.type("\033[24;5~");  // a key that means nothing here, and is not ESC either
  terminal.type("\033OF");      // End, while the keypad transmits
  CHECK(terminal.shows("14000 "));
  terminal.type("/13337\r");
  CHECK(terminal.shows("REMOTES of 13337"));
  terminal.type("\033");
  CHECK(terminal.shows("13338 "));
  terminal.type("q");
  CHECK(terminal.wait() == 0);
}

TEST_CASE("vxtapctl stats --watch: redrawn in place, within the terminal, until Ctrl-C") {
  Site site;
  Terminal terminal(site.command({"stats", "--watch", "0.2"}), {}, 60, 12);
  REQUIRE(terminal.shows("stats every 0.2s"));
  CHECK(terminal.screen().alternate());
  CHECK(eventually([&] {
    return terminal.screen().text().find(" /s") != std::string::npos ||
           terminal.screen().text().find("nothing") != std::string::npos;
  }));
  terminal.resize(100, 70);
  CHECK(terminal.shows("drop tap_full"));
  CHECK(terminal.shows("0 bit/s"));
  terminal.type("\x03");
  CHECK(terminal.wait() == 0);
  check_restored(terminal);
}
