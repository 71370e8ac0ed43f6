#include <unistd.h>

#include <boost/json/object.hpp>
#include <csignal>
#include <memory>
#include <string>

#include "support/catch.hpp"
#include "support/values.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/control/running_server.hpp"
#include "unit/vxtapctl/running_tool.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using control::EventTopic;
using test::run_tool;

namespace {

/// `vxtapctl monitor` on a thread of its own.
struct Monitor : test::RunningTool {
  /// Returns when the daemon has the subscription.
  Monitor(test::RunningServer& server, std::vector<std::string> words) : RunningTool(std::move(words)) {
    for (int i = 0; i < 2000 && !server.has_subscriber(EventTopic::kFdb); ++i) ::usleep(10'000);
  }
};

struct Fixture {
  test::TempDirectory directory;
  std::string path = (directory / "control.sock").string();
  test::FakeDaemon daemon;
};

boost::json::object learned() {
  return control::fdb_event({.action = control::FdbAction::kLearned,
                             .mac = test::mac("02:00:00:00:00:09"),
                             .vni = test::vni(42),
                             .segment = "blue",
                             .remote = test::remote("192.0.2.9")});
}
boost::json::object moved() {
  return control::fdb_event({.action = control::FdbAction::kMoved,
                             .mac = test::mac("02:00:00:00:00:09"),
                             .vni = test::vni(42),
                             .segment = "blue",
                             .remote = test::remote("2001:db8::9", 8472),
                             .from = test::address("192.0.2.9")});
}

/// Publishes, and then ends the stream from the daemon's side, when all of it has been sent.
void publish_all(test::RunningServer& server) {
  server.publish(EventTopic::kFdb, learned());
  server.publish(EventTopic::kFdb, moved());
  server.publish(EventTopic::kConfig, control::config_event({}));
  server.publish(EventTopic::kConfig, control::config_event({false, {"vxtapd.yaml:3:1: bad"}}));
  server.publish(EventTopic::kFdb, control::lost_event(17));
  server.publish(EventTopic::kFdb, {{"event", "new"}, {"is", true}});
}

}  // namespace

TEST_CASE_METHOD(Fixture, "monitor: a line for people for each event; a daemon that stops exits 3") {
  auto server = std::make_unique<test::RunningServer>(daemon, control::ServerOptions{path, ""});
  Monitor monitor(*server, {"-s", path, "monitor"});
  publish_all(*server);
  server.reset();
  const auto result = monitor.result();
  CHECK(result.code == 3);
  CHECK(result.out ==
        "learned 02:00:00:00:00:09 vni 42 segment blue dst 192.0.2.9\n"
        "moved   02:00:00:00:00:09 vni 42 segment blue dst [2001:db8::9]:8472 from 192.0.2.9\n"
        "config  reloaded\n"
        "config  refused\n"
        "        vxtapd.yaml:3:1: bad\n"
        "lost    17 events came faster than they were read\n"
        "{\"event\":\"new\",\"is\":true}\n");
  CHECK_THAT(result.err, ContainsSubstring("closed by the other side"));
}

TEST_CASE_METHOD(Fixture, "monitor: -j prints the daemon's objects, one a line, of the topics asked for") {
  auto server = std::make_unique<test::RunningServer>(daemon, control::ServerOptions{path, ""});
  Monitor monitor(*server, {"-s", path, "-j", "monitor", "fdb"});
  publish_all(*server);
  server.reset();
  std::string expected;
  for (const auto& event :
       {learned(), moved(), control::lost_event(17), boost::json::object{{"event", "new"}, {"is", true}}})
    expected += control::to_text(event) + "\n";
  CHECK(monitor.result().out == expected);
}

TEST_CASE_METHOD(Fixture, "monitor: Ctrl-C ends it with 0, and lasts longer than --timeout until then") {
  test::RunningServer server(daemon, {path, ""});
  for (const int signal : {SIGINT, SIGTERM}) {
    Monitor monitor(server, {"-s", path, "--timeout", "200ms", "monitor", "fdb"});
    ::usleep(400'000);
    const auto result = monitor.finish(signal);
    CHECK(result.code == 0);
    CHECK(result.out == "");
    CHECK(result.err == "");
    for (int i = 0; i < 2000 && server.has_subscriber(EventTopic::kFdb); ++i) ::usleep(10'000);
  }
}

TEST_CASE_METHOD(Fixture, "monitor: nobody there exits 3") {
  CHECK(run_tool({"-s", path, "monitor"}).code == 3);
}
