#include "control/server.hpp"

#include <memory>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/control/raw_client.hpp"
#include "unit/control/running_server.hpp"

using namespace vxtap;
using test::kVersionAnswer;
using test::kVersionRequest;
using test::RawClient;

namespace {

struct Fixture {
  test::TempDirectory directory;
  std::string path = (directory / "control.sock").string();
  test::FakeDaemon daemon;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "server: many requests sent at once are answered in order") {
  const test::RunningServer server(daemon, {path, ""});
  RawClient client(path);
  std::string requests;
  for (int i = 0; i < 500; ++i)
    requests += R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"method":"version"})" + "\n";
  REQUIRE(client.send(requests));
  for (int i = 0; i < 500; ++i)
    REQUIRE(client.line() ==
            R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"result":{"vxtapd":"0.1.0"}})");
}

TEST_CASE_METHOD(Fixture, "server: a request may come in pieces, and a client may stop sending") {
  const test::RunningServer server(daemon, {path, ""});
  RawClient client(path);
  for (const auto letter : kVersionRequest) REQUIRE(client.send(std::string(1, letter)));
  REQUIRE(client.send("\n"));
  CHECK(client.line() == kVersionAnswer);
  REQUIRE(client.send(std::string(kVersionRequest) + "\n" + std::string(kVersionRequest)));
  client.finish_sending();
  CHECK(client.line() == kVersionAnswer);
  CHECK(client.closed());  // half a request is none
}

TEST_CASE_METHOD(Fixture, "server: garbage is answered with an error and the connection goes on") {
  const test::RunningServer server(daemon, {path, ""});
  RawClient client(path);
  std::string garbage;
  for (int i = 1; i < 256; ++i) garbage += i == '\n' ? ' ' : static_cast<char>(i);
  CHECK_THAT(client.ask(garbage), Catch::Matchers::ContainsSubstring("\"code\":-32700"));
  CHECK_THAT(client.ask(""), Catch::Matchers::ContainsSubstring("\"code\":-32700"));
  CHECK_THAT(client.ask(std::string("\0\0", 2)), Catch::Matchers::ContainsSubstring("\"code\":-32700"));
  CHECK(client.ask(kVersionRequest) == kVersionAnswer);
}

TEST_CASE_METHOD(Fixture, "server: what the daemon throws is an error for that client alone") {
  daemon.broken = true;
  const test::RunningServer server(daemon, {path, ""});
  RawClient client(path);
  const auto text = client.ask(R"({"jsonrpc":"2.0","id":1,"method":"show"})");
  CHECK_THAT(text, Catch::Matchers::ContainsSubstring("-32603"));
  CHECK_THAT(text, Catch::Matchers::ContainsSubstring("netlink: no buffer space"));
  CHECK(client.ask(kVersionRequest) == kVersionAnswer);
}

TEST_CASE_METHOD(Fixture, "server: notifications are carried out without an answer") {
  {
    const test::RunningServer server(daemon, {path, ""});
    RawClient client(path);
    REQUIRE(client.send(R"({"jsonrpc":"2.0","method":"log","params":{"level":"warn"}})"
                        "\n"));
    CHECK(client.ask(kVersionRequest) == kVersionAnswer);
  }
  CHECK(daemon.level == "warn");
}

TEST_CASE_METHOD(Fixture, "server: clients that are silent or gone hold up nobody") {
  const test::RunningServer server(daemon, {path, ""});
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 30; ++i) {
    silent.push_back(std::make_unique<RawClient>(path));
    silent.back()->send(R"({"jsonrpc")");
  }
  for (int i = 0; i < 30; ++i) {
    RawClient hasty(path);
    hasty.send(std::string(kVersionRequest) + "\n");
  }
  RawClient client(path);
  CHECK(client.ask(kVersionRequest) == kVersionAnswer);
}

TEST_CASE_METHOD(Fixture, "server: going away closes its clients") {
  std::unique_ptr<RawClient> client;
  {
    const test::RunningServer server(daemon, {path, ""});
    client = std::make_unique<RawClient>(path);
    CHECK(client->ask(kVersionRequest) == kVersionAnswer);
  }
  CHECK(client->closed());
}
