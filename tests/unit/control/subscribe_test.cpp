#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <string>
#include <vector>

#include "control/server.hpp"
#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/control/raw_client.hpp"
#include "unit/control/running_server.hpp"

using namespace vxtap;
using control::EventTopic;
using test::kVersionAnswer;
using test::kVersionRequest;
using test::RawClient;
using test::RunningServer;
namespace json = boost::json;

namespace {

constexpr std::string_view kSubscribeFdb =
    R"({"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"topics":["fdb"]}})";
constexpr std::string_view kSubscribed = R"({"jsonrpc":"2.0","id":1,"result":{"topics":["fdb"]}})";

struct Fixture {
  test::TempDirectory directory;
  std::string path = (directory / "control.sock").string();
  test::FakeDaemon daemon;
};

json::object numbered(int number) {
  return {{"event", "fdb"}, {"number", number}};
}
/// So large that a few hundred are more than the socket's buffers hold.
json::object large(int number) {
  auto event = numbered(number);
  event["padding"] = std::string(4000, 'x');
  return event;
}

std::string ask(RawClient& client, const std::string& params) {
  return client.ask(R"({"jsonrpc":"2.0","id":1,"method":"subscribe","params":)" + params + "}");
}

/// Waits for what the server notices by itself.
template <class Holds>
bool eventually(Holds holds) {
  for (int i = 0; i < 2000 && !holds(); ++i) ::usleep(10'000);
  return holds();
}

}  // namespace

TEST_CASE_METHOD(Fixture, "subscribe: events follow the answer, one object a line, in order") {
  RunningServer server(daemon, {path, ""});
  RawClient client(path);
  REQUIRE(client.ask(kSubscribeFdb) == kSubscribed);
  for (int i = 0; i < 100; ++i) server.publish(EventTopic::kFdb, numbered(i));
  for (int i = 0; i < 100; ++i)
    REQUIRE(client.line() == R"({"event":"fdb","number":)" + std::to_string(i) + "}");
}

TEST_CASE_METHOD(Fixture, "subscribe: each is told of its topics, and nobody else of anything") {
  RunningServer server(daemon, {path, ""});
  RawClient none(path);
  RawClient fdb(path);
  RawClient config(path);
  RawClient all(path);
  REQUIRE(none.ask(kVersionRequest) == kVersionAnswer);
  CHECK_FALSE(server.has_subscriber(EventTopic::kFdb));
  server.publish(EventTopic::kFdb, numbered(0));
  REQUIRE(fdb.ask(kSubscribeFdb) == kSubscribed);
  CHECK(server.has_subscriber(EventTopic::kFdb));
  CHECK_FALSE(server.has_subscriber(EventTopic::kConfig));
  REQUIRE(ask(config, R"({"topics":["config"]})") ==
          R"({"jsonrpc":"2.0","id":1,"result":{"topics":["config"]}})");
  REQUIRE(ask(all, "{}") ==
          R"({"jsonrpc":"2.0","id":1,"result":{"topics":["fdb","drops","segments","config"]}})");

  server.publish(EventTopic::kFdb, numbered(1));
  server.publish(EventTopic::kConfig, {{"number", 2}});
  server.publish(EventTopic::kFdb, numbered(3));
  CHECK(fdb.line() == R"({"event":"fdb","number":1})");
  CHECK(fdb.line() == R"({"event":"fdb","number":3})");
  CHECK(config.line() == R"({"number":2})");
  CHECK(all.line() == R"({"event":"fdb","number":1})");
  CHECK(all.line() == R"({"number":2})");
  CHECK(all.line() == R"({"event":"fdb","number":3})");
  CHECK(none.ask(kVersionRequest) == kVersionAnswer);
}

TEST_CASE_METHOD(Fixture, "subscribe: topics that are none are refused and the connection goes on") {
  RunningServer server(daemon, {path, ""});
  RawClient client(path);
  for (const auto* params : {R"({"topics":["taps"]})", R"({"topics":["fdb","links"]})", R"({"topics":[]})",
                             R"({"topics":"fdb"})", R"({"topics":[1]})", R"({"topic":["fdb"]})"}) {
    CAPTURE(params);
    CHECK_THAT(ask(client, params), Catch::Matchers::ContainsSubstring("-32602"));
  }
  CHECK_THAT(ask(client, R"({"topics":["taps"]})"), Catch::Matchers::ContainsSubstring("taps"));
  CHECK_FALSE(server.has_subscriber(EventTopic::kFdb));
  CHECK(client.ask(kVersionRequest) == kVersionAnswer);
}

TEST_CASE_METHOD(Fixture, "subscribe: a notification subscribes without an answer") {
  RunningServer server(daemon, {path, ""});
  RawClient client(path);
  REQUIRE(client.send(R"({"jsonrpc":"2.0","method":"subscribe"})"
                      "\n"));
  REQUIRE(eventually([&] { return server.has_subscriber(EventTopic::kFdb); }));
  server.publish(EventTopic::kFdb, numbered(1));
  server.publish(EventTopic::kFdb, numbered(2));
  CHECK(client.line() == R"({"event":"fdb","number":1})");
  CHECK(client.line() == R"({"event":"fdb","number":2})");
}

TEST_CASE_METHOD(Fixture, "subscribe: a slow reader loses events and is told how many, and where") {
  RunningServer server(daemon, {path, ""});
  RawClient slow(path);
  RawClient quick(path);
  REQUIRE(slow.ask(kSubscribeFdb) == kSubscribed);
  REQUIRE(quick.ask(kSubscribeFdb) == kSubscribed);
  constexpr int kEvents = 1000;
  for (int i = 0; i < kEvents; ++i) {
    server.publish(EventTopic::kFdb, large(i));
    CHECK(json::parse(quick.line()).at("number") == i);
  }
  // In order, then one gap, then order again: what was kept and what was lost is every one.
  int next = 0;
  while (true) {
    const auto event = json::parse(slow.line());
    if (event.at("event") == "lost") {
      next += static_cast<int>(event.at("count").as_int64());
      break;
    }
    REQUIRE(event.at("number") == next);
    ++next;
  }
  CHECK(next == kEvents);
  server.publish(EventTopic::kFdb, numbered(kEvents));
  CHECK(slow.line() == R"({"event":"fdb","number":)" + std::to_string(kEvents) + "}");
}

TEST_CASE_METHOD(Fixture, "subscribe: what waits for all subscribers together is bounded as well") {
  control::Limits limits;
  limits.pending_bytes = 100'000;
  daemon.fdb_reports.assign(500, daemon.fdb_reports[1]);
  RunningServer server(daemon, {path, "", limits});
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(std::make_unique<RawClient>(path));
    REQUIRE(slow.back()->ask(kSubscribeFdb) == kSubscribed);
  }
  for (int i = 0; i < 300; ++i) server.publish(EventTopic::kFdb, large(i));
  RawClient client(path);
  CHECK_THAT(client.ask(R"({"jsonrpc":"2.0","id":1,"method":"drops"})"),
             Catch::Matchers::ContainsSubstring("tap_runt") || Catch::Matchers::ContainsSubstring("-32001"));
  for (auto& reader : slow) {
    int seen = 0;
    while (seen < 300) {
      const auto event = json::parse(reader->line());
      seen += event.at("event") == "lost" ? static_cast<int>(event.at("count").as_int64()) : 1;
    }
    CHECK(seen == 300);
  }
  // All of it is given back: an answer almost as large as the bound finds room.
  CHECK(eventually(
      [&] { return client.ask(R"({"jsonrpc":"2.0","id":1,"method":"fdb.show"})").size() > 60'000; }));
}

TEST_CASE_METHOD(Fixture, "subscribe: one that takes nothing is closed in the end") {
  control::Limits limits;
  limits.answer_time = std::chrono::milliseconds(200);
  RunningServer server(daemon, {path, "", limits});
  RawClient stuck(path);
  REQUIRE(stuck.ask(kSubscribeFdb) == kSubscribed);
  for (int i = 0; i < 300; ++i) server.publish(EventTopic::kFdb, large(i));
  CHECK(eventually([&] { return !server.has_subscriber(EventTopic::kFdb); }));
}

TEST_CASE_METHOD(Fixture, "subscribe: silence is no idleness, and one that leaves is noticed") {
  control::Limits limits;
  limits.idle_time = std::chrono::milliseconds(100);
  limits.answer_time = std::chrono::milliseconds(100);
  RunningServer server(daemon, {path, "", limits});
  auto client = std::make_unique<RawClient>(path);
  client->send(std::string(kSubscribeFdb) + "\n" + std::string(kVersionRequest) + "\n");
  client->finish_sending();  // as `echo ... | nc -U` does
  REQUIRE(client->line() == kSubscribed);
  ::usleep(400'000);
  server.publish(EventTopic::kFdb, numbered(1));
  CHECK(client->line() == R"({"event":"fdb","number":1})");
  client.reset();
  CHECK(eventually([&] { return !server.has_subscriber(EventTopic::kFdb); }));
}

TEST_CASE_METHOD(Fixture, "subscribe: whoever waits for a request makes room before a subscriber does") {
  control::Limits limits;
  limits.connections = 2;
  RunningServer server(daemon, {path, "", limits});
  RawClient subscriber(path);
  REQUIRE(subscriber.ask(kSubscribeFdb) == kSubscribed);
  RawClient idle(path);
  REQUIRE(idle.ask(kVersionRequest) == kVersionAnswer);
  RawClient late(path);
  REQUIRE(late.ask(kVersionRequest) == kVersionAnswer);
  CHECK(idle.closed());
  server.publish(EventTopic::kFdb, numbered(1));
  CHECK(subscriber.line() == R"({"event":"fdb","number":1})");
}
