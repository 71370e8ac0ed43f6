#include "ctl/top_view.hpp"

#include <string>

#include "support/catch.hpp"
#include "unit/vxtapctl/top_documents.hpp"

using namespace vxtap;
using ctl::Key;
using test::TopDocuments;

namespace {

/// Without the blanks that fill the lines; each has to be as wide as the screen.
std::string screen(const ctl::TopModel& model, ctl::ScreenSize size) {
  const auto lines = ctl::top_lines(model, size);
  CHECK(lines.size() == size.height);
  std::string out;
  for (const auto& line : lines) {
    CHECK(ctl::width_of(line) == size.width);
    auto text = ctl::plain(line);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  }
  return out;
}

/// Two readings two seconds apart, the FDB of blue, and two events.
struct Fixture {
  TopDocuments documents;
  ctl::TopModel model;

  Fixture() {
    model.take_show(documents.show());
    model.take_stats(documents.stats(), documents.at(0));
    documents.blue().totals.tx_packets += 2468;
    documents.blue().totals.tx_bytes += 2'468'000;
    documents.blue().totals.drops[5] += 8;
    model.take_stats(documents.stats(), documents.at(2));
    model.press({.name = Key::Name::kDown});
    model.take_fdb(documents.fdb(), *model.selected_row());
    model.take_event(documents.learned(), "12:00:00");
    model.take_event(documents.dropped(), "12:00:01");
  }
};

constexpr ctl::ScreenSize kUsual{80, 24}, kSmall{40, 10};

}  // namespace

TEST_CASE_METHOD(Fixture, "top view: the list at 80x24") {
  CHECK(screen(model, kUsual) == R"(vxtap top  2 segments  tx 9.9M  rx 0 bit/s  drops 4/s
     VNI NAME       TAP      STAT  TXpps  TXbps  RXpps  RXbps  FLDps  DRPps  FDB
       7 red        vx7      DOWN      0      0      0      0      0      0   0%
      42 blue       vx42     UP     1.2k   9.9M      0      0      0      4   0%









REMOTES of 42 blue                       DROPS, all segments
192.0.2.9                         1 MAC  too_big                     111     4/s
192.0.2.2 flood                   0 MAC  vni_unknown                  77     0/s
                                         tap_full                      4     0/s

EVENTS
12:00:00 learned 02:00:00:00:00:09 vni 42 segment blue dst 192.0.2.9
12:00:01 drop    too_big vni 42 segment blue size 1600: encapsulated packet larg


q quit  ? help  Enter inside  s sort  r reverse  d drops  / filter  p pause
)");
}

TEST_CASE_METHOD(Fixture, "top view: the list at 40x10") {
  CHECK(screen(model, kSmall) == R"(vxtap top  2 segments  tx 9.9M  rx 0 bit
     VNI NAME        TXbps  RXbps  DRPps
       7 red             0      0      0
      42 blue         9.9M      0      4





q quit  ? help  Enter inside  s sort  r
)");
}

TEST_CASE_METHOD(Fixture, "top view: inside a segment, and further down") {
  model.press({.name = Key::Name::kEnter});
  CHECK(screen(model, kUsual) == R"(vxtap top  2 segments  tx 9.9M  rx 0 bit/s  drops 4/s
VNI 42  blue  vx42  UP  fdb 3 of 65536
COUNTER                       TOTAL        RATE
tx packets                     2478     1.2k /s
tx bytes                    2469500  9.9M bit/s
rx packets                       20        0 /s
rx bytes                    3000000     0 bit/s
flooded                           6        0 /s
flooded_copies                   12        0 /s
fdb entries                       3           -
fdb learned                       4        0 /s
fdb moved                         1        0 /s
fdb aged                          2        0 /s
fdb refused                       5        0 /s
suppressed                        8        0 /s
partial_checksum_completed        9        0 /s
tap_kernel_drops                 11        0 /s
drop too_big                     11        4 /s
drop tap_full                     4        0 /s

REMOTE     MACS  FLOODED TO
192.0.2.9     1  no
192.0.2.2     0  yes
q back  ? help  j/k scroll  p pause
)");
  CHECK(ctl::most_scroll(model, kUsual) == 3);
  model.press({.name = Key::Name::kEnd});
  model.limit_scroll(ctl::most_scroll(model, kSmall));
  CHECK(screen(model, kSmall) == R"(vxtap top  2 segments  tx 9.9M  rx 0 bit
VNI 42  blue  vx42  UP  fdb 3 of 65536

REMOTE     MACS  FLOODED TO
192.0.2.9     1  no
192.0.2.2     0  yes

MAC                DST        STATE
02:00:00:00:00:09  192.0.2.9  reachable
q back  ? help  j/k scroll  p pause
)");
}

TEST_CASE_METHOD(Fixture, "top view: help fits both") {
  model.press({.text = "?"});
  CHECK(screen(model, kUsual) == R"(vxtap top  2 segments  tx 9.9M  rx 0 bit/s  drops 4/s
KEYS
up k  down j  move; PgUp PgDn Home End in larger steps
Enter         look inside the segment: counters, remotes, FDB
Esc q         back; from the list quit
s  r          sort by the next column; turn the order round
d             only segments and events with drops
p             pause, and go on
/             only segments with this in their name or VNI
?             this page

pps packets, bps bits, FLDps floods and DRPps drops
a second; FDB how full it is; tx is TAP to underlay










q back  ? help  j/k scroll  p pause
)");
  screen(model, kSmall);
}

TEST_CASE_METHOD(Fixture, "top view: what is switched on stands in the title, what is typed below") {
  model.press({.text = "d"});
  model.press({.text = "p"});
  model.take_event(documents.learned(), "12:00:02");
  const auto title = screen(model, kUsual);
  CHECK(title.substr(0, title.find('\n')) ==
        "vxtap top  2 segments  tx 9.9M  rx 0 bit/s  drops 4/s  [paused, 1 new]  [drops]");
  model.press({.text = "/"});
  model.press({.text = "b"});
  CHECK(ctl::plain(ctl::top_lines(model, kUsual).back()).starts_with("name or VNI: b_ "));
}

TEST_CASE("top view: any size, with and without segments") {
  TopDocuments documents;
  for (const bool known : {false, true}) {
    ctl::TopModel model;
    if (known) model.take_stats(documents.stats(), documents.at(0));
    for (std::size_t width = 1; width < 130; width += 3)
      for (std::size_t height = 1; height < 60; ++height) screen(model, {width, height});
  }
}

TEST_CASE("top view: the selected one is in sight at four thousand segments") {
  TopDocuments documents;
  for (std::uint32_t vni = 100; vni < 4098; ++vni)
    documents.daemon.segment_reports.push_back(
        test::FakeDaemon::segment(vni, "s" + std::to_string(vni), "t"));
  ctl::TopModel model;
  model.take_stats(documents.stats(), documents.at(0));
  for (int i = 0; i < 250; ++i) {
    model.press({.name = Key::Name::kPageDown});
    const auto name = model.selected_row()->name;
    CAPTURE(name);
    REQUIRE(screen(model, kSmall).find(' ' + name + ' ') != std::string::npos);
  }
}

TEST_CASE_METHOD(Fixture, "top view: the FDB is needed only where it is shown") {
  CHECK(ctl::shows_fdb(model, kUsual));
  CHECK_FALSE(ctl::shows_fdb(model, kSmall));
  model.press({.text = "?"});
  CHECK_FALSE(ctl::shows_fdb(model, kUsual));
  model.press({.text = "?"});
  model.press({.name = Key::Name::kEnter});
  CHECK(ctl::shows_fdb(model, kSmall));
}
