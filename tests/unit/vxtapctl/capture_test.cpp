#include <pthread.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <csignal>
#include <iterator>
#include <thread>

#include "control/fault.hpp"
#include "inspect/pcapng.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/values.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/control/running_server.hpp"
#include "unit/vxtapctl/tool.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using test::run_tool;

namespace {

std::string block_of_packet(std::uint64_t lost_before) {
  const test::Bytes bytes{1, 2, 3};
  const BytesView piece = bytes;
  std::string out;
  inspect::pcapng::put_packet(out, {.pieces = {&piece, 1}, .lost_before = lost_before, .comment = "why"});
  return out;
}

std::string head() {
  std::string out;
  inspect::pcapng::put_section(out, {"h", "s", "a"});
  inspect::pcapng::put_interface(out, {inspect::pcapng::LinkType::kRaw, "one", ""});
  return out;
}

std::string statistics(std::uint64_t lost) {
  std::string out;
  inspect::pcapng::put_statistics(out, {.received = 2 + lost, .lost = lost});
  return out;
}

/// Gives its bytes, and the statistics when it is finished.
struct File final : control::ByteStream {
  std::string bytes;
  bool by_itself = true;  ///< ends without being asked to
  bool whole = true;      ///< with statistics
  bool finished = false;

  std::string take(std::size_t) override {
    auto out = std::exchange(bytes, {});
    if (out.empty() && (finished || by_itself) && std::exchange(whole, false)) out = statistics(3);
    return out;
  }
  void finish() override { finished = true; }
  bool ended() const override { return bytes.empty() && !whole && (finished || by_itself); }
};

struct Fixture {
  test::TempDirectory directory;
  std::string path = (directory / "control.sock").string();
  std::string file = (directory / "out.pcapng").string();
  test::FakeDaemon daemon;

  File& next() {
    auto stream = std::make_unique<File>();
    stream->bytes = head() + block_of_packet(0) + block_of_packet(3);
    File& made = *stream;
    daemon.next_capture = std::move(stream);
    return made;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "capture: the file is what came, and the packets are counted") {
  next();
  test::RunningServer server(daemon, {path, ""});
  const auto result = run_tool({"-s", path, "capture", "-w", file});
  CHECK(result.code == 0);
  CHECK(result.out == "");
  CHECK(result.err == "2 packets captured, 3 lost\n");
  CHECK(test::read_file(file) == head() + block_of_packet(0) + block_of_packet(3) + statistics(3));
}

TEST_CASE_METHOD(Fixture, "capture: -j prints the counts as a document") {
  next();
  test::RunningServer server(daemon, {path, ""});
  const auto result = run_tool({"-s", path, "-j", "capture", "-w", file});
  CHECK(result.code == 0);
  CHECK(result.out == "{\"packets\":2,\"lost\":3}\n");
  CHECK(result.err == "");
}

TEST_CASE_METHOD(Fixture, "capture: every option arrives, the filter as a program") {
  next();
  test::RunningServer server(daemon, {path, ""});
  run_tool({"-s", path, "capture", "--vni", "42", "--side", "tap", "--drops", "--superframes", "--count", "7",
            "--filter", "icmp", "-w", file});
  REQUIRE(daemon.capture_requests.size() == 1);
  const auto& request = daemon.capture_requests.front();
  CHECK(request.vni->value() == 42);
  CHECK(request.side == control::CaptureRequest::Side::kTap);
  CHECK(request.drops_only);
  CHECK(request.superframes);
  CHECK(request.count == 7);
  REQUIRE(request.filter.size() > 3);
  CHECK(request.filter.front().code == 0x28);  // ldh [12]
  CHECK(request.filter.front().k == 12);
}

TEST_CASE_METHOD(Fixture, "capture: what cannot be meant is a usage error, with the way out") {
  const auto nowhere = run_tool({"-s", path, "capture"});
  CHECK(nowhere.code == 2);
  CHECK_THAT(nowhere.err, ContainsSubstring("-w FILE") && ContainsSubstring("tshark"));
  const auto filter = run_tool({"-s", path, "capture", "-w", file, "--filter", "udp prot 53"});
  CHECK(filter.code == 2);
  CHECK_THAT(filter.err, ContainsSubstring("syntax error"));
  CHECK(run_tool({"-s", path, "capture", "-w", file, "--side", "left"}).code == 2);
  CHECK(run_tool({"-s", path, "capture", "-w", file, "--count", "0"}).code == 2);
}

TEST_CASE_METHOD(Fixture, "capture: a refusal leaves the file as it was") {
  test::write_file(file, "precious");
  test::RunningServer server(daemon, {path, ""});
  const auto result = run_tool({"-s", path, "capture", "--vni", "99", "-w", file});
  CHECK(result.code == 1);
  CHECK(test::read_file(file) == "precious");
}

TEST_CASE_METHOD(Fixture, "capture: a file that cannot be written is told by name") {
  next();
  test::RunningServer server(daemon, {path, ""});
  const auto result = run_tool({"-s", path, "capture", "-w", "/nonexistent/out.pcapng"});
  CHECK(result.code == 1);
  CHECK_THAT(result.err, ContainsSubstring("/nonexistent/out.pcapng: No such file"));
}

TEST_CASE_METHOD(Fixture, "capture: a daemon that leaves in the middle exits 3, and the file is whole") {
  File& stream = next();
  stream.whole = false;
  stream.bytes += block_of_packet(0).substr(0, 30);
  test::RunningServer server(daemon, {path, ""});
  const auto result = run_tool({"-s", path, "capture", "-w", file});
  CHECK(result.code == 3);
  CHECK_THAT(result.err, ContainsSubstring("2 packets captured, at least 3 lost"));
  CHECK(test::read_file(file) == head() + block_of_packet(0) + block_of_packet(3));
}

TEST_CASE_METHOD(Fixture, "capture: Ctrl-C brings the rest, and the end") {
  File& stream = next();
  stream.by_itself = false;
  test::RunningServer server(daemon, {path, ""});
  sigset_t interrupt{};
  ::sigemptyset(&interrupt);
  ::sigaddset(&interrupt, SIGINT);
  sigset_t before{};
  ::pthread_sigmask(SIG_BLOCK, &interrupt, &before);  // the thread's too, until the tool waits for it
  test::ToolResult result;
  std::thread tool([&] { result = run_tool({"-s", path, "capture", "-w", file}); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  for (int i = 0; i < 2000 && test::read_file(file).empty(); ++i) ::usleep(10'000);
  ::pthread_kill(tool.native_handle(), SIGINT);
  tool.join();
  CHECK(result.code == 0);
  CHECK(result.err == "2 packets captured, 3 lost\n");
  CHECK(test::read_file(file) == head() + block_of_packet(0) + block_of_packet(3) + statistics(3));
}

TEST_CASE_METHOD(Fixture, "capture: nobody there exits 3") {
  CHECK(run_tool({"-s", path, "capture", "-w", file}).code == 3);
}
