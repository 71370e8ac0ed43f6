#include <poll.h>

#include <atomic>
#include <memory>
#include <vector>

#include "http_client.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using namespace std::chrono_literals;
using test::HttpClient;
using test::plain_pages;
using test::RunningListener;

namespace {

constexpr std::size_t kLarge = 20'000'000;  // far more than a socket's buffers

service::MetricsPages large_pages() {
  auto pages = plain_pages();
  pages.metrics = [] { return std::string(kLarge, 'x'); };
  return pages;
}

const std::string kGetMetrics = "GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n";

/// The server's end is gone, though what it sent may still be unread.
bool hung_up(const HttpClient& client) {
  ::pollfd end{.fd = client.descriptor(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&end, 1, 20'000) == 1;
}

}  // namespace

TEST_CASE("http limits: a silent client is closed, even one that sends drop by drop") {
  service::HttpLimits limits;
  limits.request_time = 300ms;
  const RunningListener listener(plain_pages(), limits);
  HttpClient silent(listener.port);
  HttpClient dripping(listener.port);
  int drops = 0;
  for (const char letter : "GET /metrics HTTP/1.1\r\nX: " + std::string(1000, 'x')) {
    if (!dripping.send(std::string(1, letter))) break;
    ++drops;
    ::usleep(20'000);
  }
  CHECK(drops < 500);
  CHECK(silent.closed());
}

TEST_CASE("http limits: between two requests a client may pause as long as one may take") {
  service::HttpLimits limits;
  limits.request_time = 300ms;
  const RunningListener listener(plain_pages(), limits);
  HttpClient client(listener.port);
  for (int i = 0; i < 5; ++i) {
    REQUIRE(client.get("/healthz").body == "ok\n");
    ::usleep(100'000);
  }
  CHECK(client.closed());
}

TEST_CASE("http limits: a client that does not read is closed, and meanwhile the others are served") {
  service::HttpLimits limits;
  limits.response_time = 500ms;
  const RunningListener listener(large_pages(), limits);
  HttpClient slow(listener.port);
  REQUIRE(slow.send(kGetMetrics + kGetMetrics + kGetMetrics));
  REQUIRE(slow.peek());
  for (int i = 0; i < 10; ++i) CHECK(HttpClient(listener.port).get("/healthz").body == "ok\n");
  CHECK(HttpClient(listener.port).get("/metrics").body.size() == kLarge);
  CHECK(hung_up(slow));
}

TEST_CASE("http limits: a large answer reaches a client that reads at its leisure, whole") {
  const RunningListener listener(large_pages());
  HttpClient client(listener.port);
  REQUIRE(client.send(kGetMetrics));
  ::usleep(200'000);
  CHECK(client.answer().body == std::string(kLarge, 'x'));
  CHECK(client.get("/healthz").body == "ok\n");
}

TEST_CASE("http limits: one connection too many takes the place of the longest idle") {
  const RunningListener listener(plain_pages());
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < 32; ++i) {
    clients.push_back(std::make_unique<HttpClient>(listener.port));
    REQUIRE(clients.back()->get("/healthz").status == "200 OK");
  }
  REQUIRE(clients[0]->get("/healthz").status == "200 OK");  // now the second is idle longest
  HttpClient late(listener.port);
  CHECK(late.get("/healthz").status == "200 OK");
  CHECK(clients[1]->closed());
  CHECK(clients[0]->get("/healthz").status == "200 OK");
  CHECK(clients[31]->get("/healthz").status == "200 OK");
}

TEST_CASE("http limits: while all are being answered one more is turned away") {
  service::HttpLimits limits;
  limits.connections = 2;
  const RunningListener listener(large_pages(), limits);
  HttpClient first(listener.port);
  HttpClient second(listener.port);
  for (auto* slow : {&first, &second}) {
    REQUIRE(slow->send(kGetMetrics));
    REQUIRE(slow->peek());
  }
  CHECK(HttpClient(listener.port).closed());
  CHECK(first.answer().body.size() == kLarge);
  CHECK(HttpClient(listener.port).get("/healthz").body == "ok\n");
}

TEST_CASE("http limits: answers that wait may fill so much memory and no more") {
  service::HttpLimits limits;
  limits.pending_bytes = kLarge / 2;  // the first is sent all the same
  const RunningListener listener(large_pages(), limits);
  HttpClient slow(listener.port);
  REQUIRE(slow.send(kGetMetrics));
  REQUIRE(slow.peek());
  HttpClient client(listener.port);
  CHECK(client.get("/metrics").status == "503 Service Unavailable");
  CHECK(client.get("/healthz").status == "200 OK");
  CHECK(slow.answer().body.size() == kLarge);
  CHECK(client.get("/metrics").status == "200 OK");
}

TEST_CASE("http limits: a client that leaves in the middle of its answer leaves nothing behind") {
  service::HttpLimits limits;
  limits.pending_bytes = 1;
  const RunningListener listener(large_pages(), limits);
  for (int i = 0; i < 5; ++i) {
    HttpClient rude(listener.port);
    REQUIRE(rude.send(kGetMetrics));
    REQUIRE(rude.peek());
  }
  HttpClient client(listener.port);
  for (int tries = 0; tries < 1000 && client.get("/metrics").status != "200 OK"; ++tries) ::usleep(10'000);
  CHECK(client.get("/metrics").status == "200 OK");  // their bytes are no longer counted
}

TEST_CASE("http limits: a client whose time is over leaves nothing behind") {
  constexpr std::size_t kUsual = 5000;  // enough to be refused beside what is pending, and read in no time
  service::HttpLimits limits;
  limits.pending_bytes = 1;
  limits.connections = 2;
  limits.response_time = 100ms;
  std::atomic<bool> large = true;
  auto pages = plain_pages();
  pages.metrics = [&large] { return std::string(large ? kLarge : kUsual, 'x'); };
  const RunningListener listener(pages, limits);
  for (int i = 0; i < 3; ++i) {
    HttpClient slow(listener.port);
    REQUIRE(slow.send(kGetMetrics));
    REQUIRE(slow.peek());
    CHECK(hung_up(slow));
  }
  large = false;
  const auto answered = [&] { return HttpClient(listener.port).get("/metrics").body.size() == kUsual; };
  for (int tries = 0; tries < 1000 && !answered(); ++tries) ::usleep(10'000);
  CHECK(answered());
}
