#include "control/capture_command.hpp"

#include <unistd.h>

#include <atomic>
#include <boost/json/parse.hpp>
#include <deque>

#include "control/fault.hpp"
#include "control/server.hpp"
#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/control/raw_client.hpp"
#include "unit/control/running_server.hpp"

using namespace vxtap;
using test::RawClient;
using test::RunningServer;

namespace {

/// Gives its chunks one by one, an empty one standing for "nothing yet", and then ends.
struct Chunks final : control::ByteStream {
  std::deque<std::string> chunks;
  std::atomic<bool>* destroyed = nullptr;
  bool endless = false;
  bool waits = false;  ///< for finish()

  explicit Chunks(std::deque<std::string> all) : chunks(std::move(all)) {}
  ~Chunks() override {
    if (destroyed != nullptr) *destroyed = true;
  }
  std::string take(std::size_t) override {
    if (endless) return std::string(100'000, 'x');
    if (chunks.empty()) return {};
    auto next = chunks.front();
    chunks.pop_front();
    return next;
  }
  void finish() override {
    chunks.emplace_back("last\n");
    waits = false;
  }
  bool ended() const override { return chunks.empty() && !endless && !waits; }
};

struct Fixture {
  test::TempDirectory directory;
  std::string path = (directory / "control.sock").string();
  test::FakeDaemon daemon;
};

control::CaptureRequest asked(test::FakeDaemon& daemon, const std::string& params) {
  daemon.next_capture = std::make_unique<Chunks>(std::deque<std::string>{});
  control::open_capture(daemon, boost::json::parse(params).as_object());
  return daemon.capture_requests.back();
}

bool refused(const std::string& params) {
  test::FakeDaemon daemon;
  try {
    asked(daemon, params);
  } catch (const control::Fault& fault) {
    return daemon.capture_requests.empty();
  }
  return false;
}

constexpr std::string_view kCapture = R"({"jsonrpc":"2.0","id":1,"method":"capture"})";

}  // namespace

TEST_CASE("capture: what is not asked for is everything") {
  test::FakeDaemon daemon;
  const auto request = asked(daemon, "{}");
  CHECK_FALSE(request.vni);
  CHECK(request.side == control::CaptureRequest::Side::kBoth);
  CHECK_FALSE(request.drops_only);
  CHECK_FALSE(request.superframes);
  CHECK(request.count == 0);
  CHECK(request.filter.empty());
}

TEST_CASE("capture: every parameter arrives") {
  test::FakeDaemon daemon;
  const auto request = asked(daemon, R"({"vni":42,"side":"underlay","drops":true,"superframes":true,"count":7,
                                         "filter":[[40,0,0,12],[21,0,1,2048],[6,0,0,4294967295]]})");
  CHECK(request.vni->value() == 42);
  CHECK(request.side == control::CaptureRequest::Side::kUnderlay);
  CHECK(request.drops_only);
  CHECK(request.superframes);
  CHECK(request.count == 7);
  REQUIRE(request.filter.size() == 3);
  CHECK(request.filter[1].code == 21);
  CHECK(request.filter[1].jf == 1);
  CHECK(request.filter[2].k == 4294967295);
}

TEST_CASE("capture: wrong parameters are refused before anything begins") {
  for (const auto* params :
       {R"({"side":"left"})", R"({"vni":99})", R"({"count":0})", R"({"filter":1})", R"({"filter":[[1,2,3]]})",
        R"({"filter":[[65536,0,0,0]]})", R"({"filter":[[0,256,0,0]]})", R"({"filter":[[0,0,0,-1]]})",
        R"({"filtre":[]})"}) {
    CAPTURE(params);
    CHECK(refused(params));
  }
  std::string many = R"({"filter":[[6,0,0,0])";
  for (int i = 0; i < 4096; ++i) many += ",[6,0,0,0]";
  CHECK(refused(many + "]}"));
}

TEST_CASE_METHOD(Fixture, "capture: bytes follow the answer as they come, and the end is the connection's") {
  daemon.next_capture = std::make_unique<Chunks>(std::deque<std::string>{"one\n", "", "", "two\n"});
  RunningServer server(daemon, {path, ""});
  RawClient client(path);
  REQUIRE(client.ask(kCapture) == R"({"jsonrpc":"2.0","id":1,"result":{"format":"pcapng"}})");
  CHECK(client.line() == "one");
  CHECK(client.line() == "two");
  CHECK(client.closed());
}

TEST_CASE_METHOD(Fixture, "capture: a reader that leaves ends it") {
  std::atomic<bool> destroyed = false;
  auto chunks = std::make_unique<Chunks>(std::deque<std::string>{});
  chunks->endless = true;
  chunks->destroyed = &destroyed;
  daemon.next_capture = std::move(chunks);
  {
    RunningServer server(daemon, {path, ""});
    {
      RawClient client(path);
      client.ask(kCapture);
    }
    RawClient other(path);
    // Answers go on: nobody waits for the reader.
    for (int i = 0; i < 2000 && !destroyed; ++i) {
      REQUIRE(other.ask(test::kVersionRequest) == test::kVersionAnswer);
      ::usleep(1000);
    }
    CHECK(destroyed.load());
  }
}

TEST_CASE_METHOD(Fixture, "capture: a reader that finishes sending gets what is left, and the end") {
  auto chunks = std::make_unique<Chunks>(std::deque<std::string>{"one\n"});
  chunks->waits = true;
  daemon.next_capture = std::move(chunks);
  RunningServer server(daemon, {path, ""});
  RawClient client(path);
  client.ask(kCapture);
  CHECK(client.line() == "one");
  client.finish_sending();
  CHECK(client.line() == "last");
  CHECK(client.closed());
}
