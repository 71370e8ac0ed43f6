#include <memory>
#include <string>
#include <vector>

#include "control/server.hpp"
#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/control/raw_client.hpp"
#include "unit/control/running_server.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using test::kVersionAnswer;
using test::kVersionRequest;
using test::RawClient;

namespace {

constexpr std::string_view kFdbRequest = R"({"jsonrpc":"2.0","id":1,"method":"fdb.show"})";

struct Fixture {
  test::TempDirectory directory;
  std::string path = (directory / "control.sock").string();
  test::FakeDaemon daemon;

  /// Makes the answer to fdb.show far larger than a socket's buffers.
  void fill_fdb() { daemon.fdb_reports.assign(50'000, daemon.fdb_reports[1]); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "limits: a line of 1 MiB is a request, one byte more ends the connection") {
  const test::RunningServer server(daemon, {path, ""});
  const auto padded = [](std::size_t size) {
    return std::string(kVersionRequest) + std::string(size - kVersionRequest.size(), ' ') + '\n';
  };
  RawClient client(path);
  REQUIRE(client.send(padded(1 << 20)));
  CHECK(client.line() == kVersionAnswer);
  client.send(padded((1 << 20) + 1));
  CHECK_THAT(client.line(), ContainsSubstring("-32600") && ContainsSubstring("longer than 1048576 bytes"));
  CHECK(client.closed());
}

TEST_CASE_METHOD(Fixture, "limits: a line without end is cut off") {
  const test::RunningServer server(daemon, {path, ""});
  RawClient client(path);
  const std::string piece(1 << 16, 'x');
  int pieces = 0;
  while (pieces < 1000 && client.send(piece)) ++pieces;
  CHECK(pieces < 1000);
  CHECK_THAT(client.line(), ContainsSubstring("-32600"));
  CHECK(client.closed());
}

TEST_CASE_METHOD(Fixture, "limits: one connection too many takes the place of the longest idle") {
  const test::RunningServer server(daemon, {path, ""});
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 64; ++i) {
    clients.push_back(std::make_unique<RawClient>(path));
    REQUIRE(clients.back()->ask(kVersionRequest) == kVersionAnswer);
  }
  REQUIRE(clients[0]->ask(kVersionRequest) == kVersionAnswer);  // now the second is idle longest
  RawClient late(path);
  CHECK(late.ask(kVersionRequest) == kVersionAnswer);
  CHECK(clients[1]->closed());
  CHECK(clients[0]->ask(kVersionRequest) == kVersionAnswer);
  CHECK(clients[63]->ask(kVersionRequest) == kVersionAnswer);
}

TEST_CASE_METHOD(Fixture, "limits: an idle client is closed, even one that sends drop by drop") {
  control::Limits limits;
  limits.idle_time = std::chrono::milliseconds(300);
  const test::RunningServer server(daemon, {path, "", limits});
  RawClient silent(path);
  RawClient dripping(path);
  int drops = 0;
  while (drops < 1000 && dripping.send("x")) {
    ::usleep(20'000);
    ++drops;
  }
  CHECK(drops < 1000);
  CHECK(silent.closed());
}

TEST_CASE_METHOD(Fixture,
                 "limits: a client that does not read is closed, and meanwhile the others are served") {
  fill_fdb();
  control::Limits limits;
  limits.answer_time = std::chrono::milliseconds(300);
  const test::RunningServer server(daemon, {path, "", limits});
  RawClient slow(path);
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += std::string(kFdbRequest) + '\n';
  REQUIRE(slow.send(requests));
  for (int i = 0; i < 10; ++i) CHECK(RawClient(path).ask(kVersionRequest) == kVersionAnswer);

  ::pollfd hung_up{.fd = slow.descriptor(), .events = 0, .revents = 0};
  REQUIRE(::poll(&hung_up, 1, 20'000) == 1);  // not read from, so only the server's close can show
  CHECK((hung_up.revents & POLLHUP) != 0);
}

TEST_CASE_METHOD(Fixture, "limits: answers that wait may fill so much memory and no more") {
  fill_fdb();
  control::Limits limits;
  limits.pending_bytes = 12'000'000;  // room for one such answer
  const test::RunningServer server(daemon, {path, "", limits});
  RawClient slow(path);
  REQUIRE(slow.send(std::string(kFdbRequest) + '\n'));
  REQUIRE(slow.peek());  // its answer is being written, and stays so
  RawClient client(path);
  CHECK_THAT(client.ask(kFdbRequest), ContainsSubstring("-32001"));
  CHECK(client.ask(kVersionRequest) == kVersionAnswer);
  CHECK(slow.line().size() > 5'000'000);
  CHECK(client.ask(kFdbRequest).size() > 5'000'000);
}
