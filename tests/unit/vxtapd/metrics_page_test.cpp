#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"
#include "vxtapd/metric_families.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string page(const control::DaemonApi& daemon) {
  return daemon::metrics_text(daemon, {});
}

}  // namespace

TEST_CASE("metrics page: the text format, byte for byte") {
  const test::FakeDaemon daemon;
  CHECK_THAT(page(daemon), ContainsSubstring("\n"
                                             "# HELP vxtap_fdb_entries Entries in the FDB.\n"
                                             "# TYPE vxtap_fdb_entries gauge\n"
                                             "vxtap_fdb_entries{vni=\"42\",segment=\"blue\",tap=\"vx42\"} 3\n"
                                             "vxtap_fdb_entries{vni=\"7\",segment=\"red\",tap=\"vx7\"} 0\n"
                                             "# HELP "));
  CHECK(page(daemon).ends_with('\n'));
}

TEST_CASE("metrics page: the samples of a family stand together behind its own header") {
  const test::FakeDaemon daemon;
  std::set<std::string> headed;
  std::string current;
  for (const auto& line : lines_of(page(daemon))) {
    CAPTURE(line);
    std::istringstream words(line);
    std::string hash, kind, name;
    words >> hash >> kind >> name;
    if (line.starts_with("# HELP ")) {
      CHECK(headed.insert(name).second);
      current = name;
    } else if (line.starts_with("# TYPE ")) {
      CHECK(name == current);
    } else {
      CHECK(line.substr(0, line.find_first_of("{ ")) == current);
    }
  }
}

TEST_CASE("metrics page: label values are escaped") {
  test::FakeDaemon daemon;
  daemon.segment_reports[0].name = "a\"b\\c";
  CHECK_THAT(page(daemon), ContainsSubstring(R"(segment="a\"b\\c")"));
  daemon.segment_reports[0].name = "two\nlines";
  CHECK_THAT(page(daemon), ContainsSubstring(R"(segment="two\nlines")"));
  daemon.segment_reports[0].name = "blaß";
  CHECK_THAT(page(daemon), ContainsSubstring("segment=\"blaß\""));
}

TEST_CASE("metrics page: counts keep their last digit as far as Prometheus' numbers can") {
  test::FakeDaemon daemon;
  daemon.segment_reports[0].totals.tx_bytes = (std::uint64_t{1} << 53) - 1;
  CHECK_THAT(page(daemon), ContainsSubstring("direction=\"tx\"} 9007199254740991\n"));
}

TEST_CASE("metrics page: thousands of segments are one page with every series") {
  test::FakeDaemon daemon;
  const auto red = daemon.segment_reports[1];
  for (unsigned vni = 1000; vni < 5000; ++vni) {
    daemon.segment_reports.push_back(red);
    daemon.segment_reports.back().vni = *Vni::from(vni);
    daemon.segment_reports.back().name = "vni-" + std::to_string(vni);
    daemon.segment_reports.back().tap = "vx" + std::to_string(vni);
  }
  const auto lines = lines_of(page(daemon));
  const auto drops = std::count_if(lines.begin(), lines.end(),
                                   [](const auto& line) { return line.starts_with("vxtap_drops_total{"); });
  CHECK(drops == std::ptrdiff_t{4002} * 20);
}
