#include "ctl/watch.hpp"

#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ctl/watch_view.hpp"
#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/control/running_server.hpp"
#include "unit/vxtapctl/running_tool.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Whose segment carries 100 packets of 1000 bytes more each time it is asked.
class BusyDaemon : public test::FakeDaemon {
 public:
  std::vector<control::SegmentReport> segments() const override {
    auto reports = segment_reports;
    const auto asked = ++asked_;
    reports[0].totals.tx_packets += 100 * asked;
    reports[0].totals.tx_bytes += 100'000 * asked;
    return reports;
  }
  std::uint64_t asked() const { return asked_; }

 private:
  mutable std::atomic<std::uint64_t> asked_ = 0;
};

struct Fixture {
  test::TempDirectory directory;
  std::string path = (directory / "control.sock").string();
  BusyDaemon daemon;

  void wait_for_questions(std::uint64_t count) const {
    for (int i = 0; i < 2000 && daemon.asked() < count; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string text_of(const std::vector<ctl::Line>& lines) {
  std::string out;
  for (const auto& line : lines) out += ctl::plain(line) + '\n';
  return out;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "watch: with -j an object a line, the totals and from the second on the rates") {
  const test::RunningServer server(daemon, {path, ""});
  test::RunningTool watching({"-s", path, "-j", "stats", "--watch", "0.1"});
  wait_for_questions(4);
  const auto result = watching.finish(SIGINT);
  CHECK(result.code == 0);
  CHECK(result.err == "");
  const auto lines = lines_of(result.out);
  REQUIRE(lines.size() >= 3);
  const auto first = boost::json::parse(lines[0]);
  CHECK(first.at("rates").is_null());
  CHECK(first.at("interval").is_null());
  CHECK(first.at("segments").at(0).at("tx").at("packets") == 110);
  CHECK(first.at("kernel").at("socket_overflows") == 13);
  const auto second = boost::json::parse(lines[1]);
  const auto seconds = second.at("interval").as_double();
  CHECK(seconds >= 0.05);
  const auto& blue = second.at("rates").at("segments").at(0);
  CHECK(blue.at("name") == "blue");
  CHECK(blue.at("tx").at("packets").as_double() == Approx(100 / seconds).epsilon(0.01));
  CHECK(blue.at("tx").at("bits").as_double() == Approx(800'000 / seconds).epsilon(0.01));
  CHECK(blue.at("rx").at("packets").as_double() == 0);
}

TEST_CASE_METHOD(Fixture, "watch: one connection for all periods, and a block for each") {
  const test::RunningServer server(daemon, {path, ""});
  test::RunningTool watching({"-s", path, "drops", "--watch", "0.1"});
  wait_for_questions(3);
  const auto result = watching.finish(SIGINT);
  CHECK(result.code == 0);
  CHECK(result.out.find('\033') == std::string::npos);
  CHECK_THAT(result.out, ContainsSubstring("drops every 0.1s") && ContainsSubstring("vni_unknown") &&
                             ContainsSubstring("\n\n") && ContainsSubstring("0 /s"));
}

TEST_CASE_METHOD(Fixture,
                 "watch: a daemon that goes away exits 3 and says so, without waiting for the period") {
  auto server = std::make_unique<test::RunningServer>(daemon, control::ServerOptions{path, ""});
  test::RunningTool watching({"-s", path, "stats", "--watch", "3600"});
  wait_for_questions(1);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  server.reset();
  const auto result = watching.result();
  CHECK(result.code == 3);
  CHECK_THAT(result.err, ContainsSubstring("closed by the other side"));
  CHECK(test::run_tool({"-s", path, "stats", "--watch"}).code == 3);
}

TEST_CASE_METHOD(Fixture, "watch: what the daemon refuses exits 1") {
  const test::RunningServer server(daemon, {path, ""});
  CHECK(test::run_tool({"-s", path, "stats", "--vni", "9", "--watch"}).code == 1);
}

TEST_CASE("watch view: all rows where they are few, else what counted, else what moves, and never too many") {
  using ctl::CounterGroup;
  const std::vector<CounterGroup> groups{{"VNI 42  blue",
                                          {{.label = "tx packets", .total = 10, .rate = 2},
                                           {.label = "tx bytes", .total = 1000, .rate = 1'600, .bytes = true},
                                           {.label = "rx packets", .total = 7, .rate = 0},
                                           {.label = "drop too_big"}}}};
  CHECK(text_of(ctl::watch_lines(groups, {"now", 0})) ==
        "now\n"
        "COUNTER         TOTAL        RATE\n"
        "VNI 42  blue\n"
        "  tx packets       10        2 /s\n"
        "  tx bytes       1000  1.6k bit/s\n"
        "  rx packets        7        0 /s\n"
        "  drop too_big      0           -\n");
  CHECK(text_of(ctl::watch_lines(groups, {"now", 6})) ==
        "now  (rows that are not zero)\n"
        "COUNTER       TOTAL        RATE\n"
        "VNI 42  blue\n"
        "  tx packets     10        2 /s\n"
        "  tx bytes     1000  1.6k bit/s\n"
        "  rx packets      7        0 /s\n");
  CHECK(text_of(ctl::watch_lines(groups, {"now", 5})) ==
        "now  (rows that change)\n"
        "COUNTER       TOTAL        RATE\n"
        "VNI 42  blue\n"
        "  tx packets     10        2 /s\n"
        "  tx bytes     1000  1.6k bit/s\n");
  CHECK(text_of(ctl::watch_lines(groups, {"now", 4})) ==
        "now  (rows that change)\n"
        "COUNTER       TOTAL        RATE\n"
        "VNI 42  blue\n"
        "... and 2 more lines\n");
  CHECK(text_of(ctl::watch_lines({}, {"now", 0})) == "now\nnothing was counted yet\n");
}
