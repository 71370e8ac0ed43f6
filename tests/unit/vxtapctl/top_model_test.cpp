#include "ctl/top_model.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/vxtapctl/top_documents.hpp"

using namespace vxtap;
using ctl::Key;
using ctl::TopPage;
using test::TopDocuments;

namespace {

std::vector<std::uint32_t> vnis(const ctl::TopModel& model) {
  std::vector<std::uint32_t> out;
  for (const auto& row : model.rows()) out.push_back(row.vni);
  return out;
}

void type(ctl::TopModel& model, const std::string& letters) {
  for (const char letter : letters) CHECK(model.press({.text = std::string(1, letter)}));
}

}  // namespace

TEST_CASE("top model: two readings make rates; the first has none") {
  TopDocuments documents;
  ctl::TopModel model;
  model.take_stats(documents.stats(), documents.at(0));
  REQUIRE(model.rows().size() == 2);
  CHECK_FALSE(model.rows()[0].tx_packets);
  CHECK(model.rows()[0].vni == 7);
  documents.blue().totals.tx_packets += 30;
  documents.blue().totals.tx_bytes += 3000;
  documents.blue().totals.drops[0] += 10;
  model.take_stats(documents.stats(), documents.at(2));
  const auto& blue = model.rows()[1];
  CHECK(blue.tx_packets == 15);
  CHECK(blue.tx_bits == 12'000);
  CHECK(blue.rx_packets == 0);
  CHECK(blue.drops == 5);
  CHECK(model.sum().tx_bits == 12'000);
  CHECK(model.drop_reasons().at(0).label == "tap_runt");
  CHECK(model.drop_reasons().at(0).rate == 5);
}

TEST_CASE("top model: a segment that was replaced has no rate, not a negative one") {
  TopDocuments documents;
  ctl::TopModel model;
  model.take_stats(documents.stats(), documents.at(0));
  documents.blue().totals.tx_packets = 0;
  documents.blue().totals.rx_packets += 1000;
  model.take_stats(documents.stats(), documents.at(1));
  CHECK_FALSE(model.rows()[1].tx_packets);
  CHECK_FALSE(model.rows()[1].rx_packets);
  CHECK(model.rows()[0].rx_packets == 0);
}

TEST_CASE("top model: states and limits come with show, in either order") {
  TopDocuments documents;
  ctl::TopModel model;
  model.take_show(documents.show());
  model.take_stats(documents.stats(), documents.at(0));
  CHECK(model.rows()[1].state == "UP");
  CHECK(model.rows()[1].fdb_limit == 65536);
  documents.blue().tap_state = "GONE";
  model.take_show(documents.show());
  CHECK(model.rows()[1].state == "GONE");
}

TEST_CASE("top model: sorting, turned round; the bar stays on its segment") {
  TopDocuments documents;
  ctl::TopModel model;
  model.take_stats(documents.stats(), documents.at(0));
  model.press({.name = Key::Name::kDown});
  REQUIRE(model.selected_row()->name == "blue");
  type(model, "r");
  CHECK(vnis(model) == std::vector<std::uint32_t>{42, 7});
  CHECK(model.selected_row()->name == "blue");
  type(model, "rs");  // by name
  CHECK(vnis(model) == std::vector<std::uint32_t>{42, 7});
  documents.red().totals.tx_packets += 5;
  model.take_stats(documents.stats(), documents.at(1));
  type(model, "s");  // by packets sent, most first
  CHECK(vnis(model) == std::vector<std::uint32_t>{7, 42});
  CHECK(model.selected_row()->name == "blue");
  type(model, "sssssss");
  CHECK(model.sort() == ctl::TopSort::kVni);
}

TEST_CASE("top model: the filter takes names in any case and beginnings of VNIs") {
  TopDocuments documents;
  ctl::TopModel model;
  model.take_stats(documents.stats(), documents.at(0));
  type(model, "/BL");
  CHECK(model.typing_filter());
  CHECK(vnis(model) == std::vector<std::uint32_t>{42});
  model.press({.name = Key::Name::kBackspace});
  model.press({.name = Key::Name::kBackspace});
  type(model, "7");
  CHECK(vnis(model) == std::vector<std::uint32_t>{7});
  model.press({.name = Key::Name::kEnter});
  CHECK_FALSE(model.typing_filter());
  CHECK(vnis(model) == std::vector<std::uint32_t>{7});
  CHECK(model.press({.name = Key::Name::kEscape}));  // takes the filter off before it quits
  CHECK(vnis(model).size() == 2);
  type(model, "/q");  // a letter, not the key
  CHECK(model.rows().empty());
  CHECK(model.selected_row() == nullptr);
  model.press({.name = Key::Name::kEscape});
  CHECK_FALSE(model.press({.name = Key::Name::kEscape}));
}

TEST_CASE("top model: pages, back and quit") {
  TopDocuments documents;
  ctl::TopModel model;
  model.press({.name = Key::Name::kEnter});
  CHECK(model.page() == TopPage::kList);  // there is nothing to look into yet
  model.take_stats(documents.stats(), documents.at(0));
  model.press({.name = Key::Name::kEnter});
  CHECK(model.page() == TopPage::kInside);
  type(model, "?");
  CHECK(model.page() == TopPage::kHelp);
  type(model, "q");
  CHECK(model.page() == TopPage::kInside);
  model.press({.name = Key::Name::kPageDown});
  CHECK(model.scroll() == 10);
  model.limit_scroll(3);
  CHECK(model.scroll() == 3);
  type(model, "q");
  CHECK(model.page() == TopPage::kList);
  CHECK_FALSE(model.press({.text = "q"}));
}

TEST_CASE("top model: a segment that goes while one looks inside it") {
  TopDocuments documents;
  ctl::TopModel model;
  model.take_stats(documents.stats(), documents.at(0));
  model.press({.name = Key::Name::kEnd});
  model.press({.name = Key::Name::kEnter});
  documents.daemon.segment_reports.erase(documents.daemon.segment_reports.begin());
  model.take_stats(documents.stats(), documents.at(1));
  CHECK(model.page() == TopPage::kList);
  CHECK(model.selected_row()->name == "red");
}

TEST_CASE("top model: remotes of the selected segment are counted from its FDB") {
  TopDocuments documents;
  ctl::TopModel model;
  model.take_stats(documents.stats(), documents.at(0));
  model.press({.name = Key::Name::kDown});
  CHECK_FALSE(model.knows_fdb());
  documents.daemon.fdb_reports.push_back(documents.daemon.fdb_reports[1]);
  model.take_fdb(documents.fdb(), *model.selected_row());
  CHECK(model.knows_fdb());
  REQUIRE(model.remotes().size() == 2);
  CHECK(model.remotes()[0].destination == "192.0.2.9");
  CHECK(model.remotes()[0].entries == 2);
  CHECK_FALSE(model.remotes()[0].flooded);
  CHECK(model.remotes()[1].flooded);
  CHECK(model.fdb().size() == 2);
  model.press({.name = Key::Name::kUp});
  CHECK_FALSE(model.knows_fdb());
}

TEST_CASE("top model: a pause changes nothing and counts what passes") {
  TopDocuments documents;
  ctl::TopModel model;
  model.take_stats(documents.stats(), documents.at(0));
  type(model, "p");
  documents.blue().totals.tx_packets += 100;
  model.take_stats(documents.stats(), documents.at(1));
  model.take_event(documents.learned(), "12:00:00");
  CHECK_FALSE(model.rows()[1].tx_packets);
  CHECK(model.events(9).empty());
  CHECK(model.unseen_events() == 1);
  type(model, "p");
  model.take_stats(documents.stats(), documents.at(4));
  CHECK(model.rows()[1].tx_packets == 25);  // over the whole pause
}

TEST_CASE("top model: drops only") {
  TopDocuments documents;
  ctl::TopModel model;
  model.take_stats(documents.stats(), documents.at(0));
  model.take_event(documents.learned(), "12:00:00");
  model.take_event(documents.dropped(), "12:00:01");
  CHECK(model.events(1).at(0).loss);
  CHECK(model.events(9).size() == 2);
  type(model, "d");
  CHECK(vnis(model) == std::vector<std::uint32_t>{42});
  CHECK(model.events(9).size() == 1);
}

TEST_CASE("top model: the same at four thousand segments") {
  TopDocuments documents;
  for (std::uint32_t vni = 100; vni < 4098; ++vni)
    documents.daemon.segment_reports.push_back(
        test::FakeDaemon::segment(vni, "s" + std::to_string(vni), "tap" + std::to_string(vni)));
  ctl::TopModel model;
  model.take_stats(documents.stats(), documents.at(0));
  documents.daemon.segment_reports.back().totals.tx_packets = 1;
  model.take_stats(documents.stats(), documents.at(1));
  type(model, "ss");
  CHECK(model.rows().size() == 4000);
  CHECK(model.rows()[0].vni == 4097);
  model.press({.name = Key::Name::kEnd});
  CHECK(model.selected() == 3999);
}
