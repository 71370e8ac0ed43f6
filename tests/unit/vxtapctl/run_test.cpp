#include "ctl/run.hpp"

#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <thread>

#include "control/commands.hpp"
#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/control/running_server.hpp"
#include "unit/vxtapctl/tool.hpp"

using namespace vxtap;
using boost::asio::local::stream_protocol;
using Catch::Matchers::ContainsSubstring;
using test::run_tool;

namespace {

struct Fixture {
  test::TempDirectory directory;
  std::string path = (directory / "control.sock").string();
  test::FakeDaemon daemon;
};

/// Listens, takes one client, reads its request and says `answer` (nothing, if empty), then waits for it to
/// leave.
class FalseDaemon {
 public:
  FalseDaemon(const std::string& path, std::string answer)
      : acceptor_(io_, stream_protocol::endpoint(path)),
        thread_([this, text = std::move(answer)] { serve(text); }) {}
  ~FalseDaemon() { thread_.join(); }

 private:
  void serve(const std::string& answer) {
    auto client = acceptor_.accept();
    char byte = 0;
    boost::system::error_code error;
    while (byte != '\n' && client.read_some(boost::asio::buffer(&byte, 1), error) == 1) {
    }
    if (answer == "close") return;
    client.write_some(boost::asio::buffer(answer), error);
    while (client.read_some(boost::asio::buffer(&byte, 1), error) == 1) {
    }
  }

  boost::asio::io_context io_;
  stream_protocol::acceptor acceptor_;
  std::thread thread_;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "run: -j prints the daemon's document, one line") {
  const test::RunningServer server(daemon, {path, ""});
  test::FakeDaemon same;
  for (const auto& [words, method] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"show"}, "show"}, {{"fdb", "show"}, "fdb.show"}, {{"stats"}, "stats"}, {{"drops"}, "drops"}}) {
    auto all = words;
    all.insert(all.end(), {"-j", "-s", path});
    const auto result = run_tool(all);
    CHECK(result.code == 0);
    CHECK(result.err == "");
    CHECK(result.out == control::run_command(same, method, {}).text + "\n");
  }
}

TEST_CASE_METHOD(Fixture, "run: text for people, filters, and answers of many megabytes") {
  daemon.fdb_reports.insert(daemon.fdb_reports.end(), 40'000, daemon.fdb_reports[2]);
  const test::RunningServer server(daemon, {path, ""});
  CHECK_THAT(run_tool({"-s", path, "show", "7"}).out,
             ContainsSubstring("VNI 7  red") && !ContainsSubstring("blue"));
  const auto learned = run_tool({"-s", path, "fdb", "show", "--state", "reachable"});
  CHECK_THAT(learned.out, ContainsSubstring("02:00:00:00:00:09") && !ContainsSubstring("permanent"));
  const auto all = run_tool({"-s", path, "-j", "--timeout", "2m", "fdb", "show"});
  CHECK(all.code == 0);
  CHECK(boost::json::parse(all.out).as_array().size() == 40'003);
}

TEST_CASE_METHOD(Fixture, "run: reload and log") {
  daemon.reload_outcome.messages = {"vxtapd.yaml:3:1: warning: narrow it"};
  {
    const test::RunningServer server(daemon, {path, ""});
    CHECK(run_tool({"-s", path, "reload"}).out == "vxtapd.yaml:3:1: warning: narrow it\n");
    CHECK(run_tool({"-s", path, "log", "debug"}).out == "done\n");
    CHECK(run_tool({"-s", path, "log", "debug", "-j"}).out == "{\"ok\":true,\"messages\":[]}\n");
  }
  CHECK(daemon.level == "debug");
}

TEST_CASE_METHOD(Fixture, "run: what the daemon refuses exits 1 with its messages") {
  daemon.reload_outcome = {false, {"vxtapd.yaml:3:1: bad", "vxtapd.yaml:4:1: worse"}};
  const test::RunningServer server(daemon, {path, ""});
  const auto reload = run_tool({"-s", path, "reload"});
  CHECK(reload.code == 1);
  CHECK(reload.out == "");
  CHECK(reload.err == "vxtapctl: vxtapd.yaml:3:1: bad\nvxtapctl: vxtapd.yaml:4:1: worse\n");
  CHECK(run_tool({"-s", path, "log", "loud"}).code == 1);
  const auto unknown = run_tool({"-s", path, "show", "9"});
  CHECK(unknown.code == 1);
  CHECK_THAT(unknown.err, ContainsSubstring("VNI 9: no such segment"));
}

TEST_CASE_METHOD(Fixture, "run: with -j a refusal is a document as well") {
  daemon.reload_outcome = {false, {"vxtapd.yaml:3:1: bad", "vxtapd.yaml:4:1: worse"}};
  daemon.change_outcome = {false, {"VNI 42: on two endpoints"}};
  const test::RunningServer server(daemon, {path, ""});
  const auto reload = run_tool({"-s", path, "-j", "reload"});
  CHECK(reload.code == 1);
  CHECK(reload.out == "{\"ok\":false,\"messages\":[\"vxtapd.yaml:3:1: bad\",\"vxtapd.yaml:4:1: worse\"]}\n");
  CHECK(reload.err == "vxtapctl: vxtapd.yaml:3:1: bad\nvxtapctl: vxtapd.yaml:4:1: worse\n");
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"show", "9"},
           {"stats", "--vni", "9"},
           {"fdb", "show", "--vni", "9"},
           {"fdb", "del", "02:00:00:00:00:09", "--vni", "42"},
           {"fdb", "flush", "--vni", "9"},
           {"mdb", "show", "--vni", "9"},
           {"mdb", "add", "239.1.1.1", "--vni", "42", "--remote", "192.0.2.9"},
           {"log", "loud"}}) {
    auto all = words;
    all.insert(all.end(), {"-j", "-s", path});
    CAPTURE(words);
    const auto result = run_tool(all);
    CHECK(result.code == 1);
    const auto document = boost::json::parse(result.out).as_object();
    CHECK(document.size() == 2);
    CHECK(document.at("ok") == false);
    CHECK(document.at("messages").as_array().size() == 1);
    CHECK(result.err != "");
  }
}

TEST_CASE_METHOD(Fixture, "run: with -j every failure is a document") {
  const auto check = [](const test::ToolResult& result, int code) {
    CHECK(result.code == code);
    const auto document = boost::json::parse(result.out).as_object();
    CHECK(document.at("ok") == false);
    const auto& messages = document.at("messages").as_array();
    REQUIRE(messages.size() == 1);
    CHECK(result.err == "vxtapctl: " + std::string(messages[0].as_string()) + "\n");
  };
  for (const auto* command : {"doctor", "show", "stats", "drops", "monitor", "reload"}) {
    CAPTURE(command);
    check(run_tool({"-s", path, "-j", command}), 3);
  }
  check(run_tool({"-s", path, "-j", "show", "blue"}), 3);
  check(run_tool({"-s", path, "-j", "capture"}), 2);
  check(run_tool({"-s", path, "-j", "explain", "--from", "192.0.2.2", "--datagram", "zz"}), 2);
  check(run_tool({"-s", path, "-j", "capture", "-w", (directory / "f").string()}), 3);
  CHECK(run_tool({"-s", path, "-j", "capture", "-w", "-"}).out == "");  // packets stand there
  const FalseDaemon silent(path, "");
  check(run_tool({"-s", path, "-j", "--timeout", "200ms", "show"}), 4);
}

TEST_CASE_METHOD(Fixture, "run: changes of the FDB and the multicast database") {
  {
    const test::RunningServer server(daemon, {path, ""});
    CHECK(run_tool({"-s", path, "fdb", "add", "02:00:00:00:00:09", "--vni", "42", "--remote",
                    "192.0.2.9:8472", "--static"})
              .out == "done\n");
    CHECK(run_tool({"-s", path, "-j", "fdb", "del", "02:00:00:00:00:09", "--vni", "42"}).out ==
          "{\"ok\":true,\"messages\":[]}\n");
    CHECK(run_tool({"-s", path, "fdb", "flush"}).out == "flushed 3 entries\n");
    CHECK(run_tool({"-s", path, "-j", "fdb", "flush", "--state", "static"}).out == "{\"flushed\":3}\n");
    CHECK_THAT(run_tool({"-s", path, "mdb", "show", "--vni", "42"}).out,
               ContainsSubstring("239.1.1.1") && !ContainsSubstring("red"));
    CHECK(run_tool({"-s", path, "mdb", "del", "239.1.1.1", "--vni", "42", "--remote", "192.0.2.9"}).out ==
          "done\n");
  }
  REQUIRE(daemon.fdb_changes.size() == 2);
  CHECK(daemon.fdb_changes[0].verb == control::FdbVerb::kAdd);
  CHECK(daemon.fdb_changes[0].state == FdbState::kStatic);
  CHECK(daemon.fdb_changes[0].port == 8472);
  CHECK(daemon.fdb_changes[1].verb == control::FdbVerb::kDelete);
  REQUIRE(daemon.mdb_changes.size() == 1);
  CHECK_FALSE(daemon.mdb_changes[0].add);
}

TEST_CASE_METHOD(Fixture, "run: version tells both, and its own without a daemon") {
  const auto alone = run_tool({"-s", path, "version"});
  CHECK(alone.code == 3);
  CHECK(alone.out == "vxtapctl 0.1.0\n");
  CHECK(run_tool({"-s", path, "-j", "version"}).out == "{\"vxtapctl\":\"0.1.0\",\"vxtapd\":null}\n");
  const test::RunningServer server(daemon, {path, ""});
  const auto both = run_tool({"-s", path, "version"});
  CHECK(both.code == 0);
  CHECK(both.out == "vxtapctl 0.1.0\nvxtapd   0.1.0\n");
  CHECK(run_tool({"-s", path, "-j", "version"}).out == "{\"vxtapctl\":\"0.1.0\",\"vxtapd\":\"0.1.0\"}\n");
}

TEST_CASE_METHOD(Fixture, "run: nobody there exits 3 and says what to look at") {
  const auto missing = run_tool({"-s", path, "show"});
  CHECK(missing.code == 3);
  CHECK(missing.out == "");
  CHECK_THAT(missing.err, ContainsSubstring(path) && ContainsSubstring("No such file") &&
                              ContainsSubstring("is vxtapd running"));
  {
    boost::asio::io_context io;
    stream_protocol::acceptor dead(io, stream_protocol::endpoint(path));
  }
  CHECK_THAT(run_tool({"-s", path, "show"}).err, ContainsSubstring("Connection refused"));
  CHECK(run_tool({"-s", (directory / std::string(200, 'x')).string(), "show"}).code == 3);
}

TEST_CASE_METHOD(Fixture, "run: a daemon that does not answer exits 4") {
  {
    const FalseDaemon silent(path, "");
    const auto result = run_tool({"-s", path, "--timeout", "1s", "show"});
    CHECK(result.code == 4);
    CHECK_THAT(result.err, ContainsSubstring("no answer within 1000ms"));
  }
  ::unlink(path.c_str());
  const FalseDaemon half(path, R"({"jsonrpc":"2.0","id":1,"res)");
  CHECK(run_tool({"-s", path, "--timeout", "1s", "show"}).code == 4);
}

TEST_CASE_METHOD(Fixture, "run: a full backlog counts as no answer") {
  boost::asio::io_context io;
  stream_protocol::acceptor acceptor(io);
  acceptor.open();
  acceptor.bind(stream_protocol::endpoint(path));
  acceptor.listen(0);
  stream_protocol::socket waiting(io);
  waiting.connect(stream_protocol::endpoint(path));
  CHECK(run_tool({"-s", path, "--timeout", "200ms", "show"}).code == 4);
}

TEST_CASE_METHOD(Fixture, "run: what answers but is no vxtapd exits 3") {
  for (const std::string answer : {"close", "HTTP/1.1 400 Bad Request\r\n\r\n", "[]\n", "{}\n",
                                   "{\"id\":1}\n", "{\"id\":2,\"result\":[]}\n", "{\"id\":1,\"result\":7}\n",
                                   "{\"id\":1,\"error\":7}\n", "{\"id\":1,\"result\":[{}]}\n"}) {
    CAPTURE(answer);
    ::unlink(path.c_str());
    const FalseDaemon other(path, answer);
    const auto result = run_tool({"-s", path, "show"});
    CHECK(result.code == 3);
    CHECK(result.out == "");
    CHECK_THAT(result.err, ContainsSubstring(path));
  }
}
