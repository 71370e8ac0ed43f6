#include "service/metrics_listener.hpp"

#include <optional>

#include "http_client.hpp"
#include "io/system_error.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using boost::asio::ip::make_address;
using Catch::Matchers::ContainsSubstring;
using Endpoint = service::MetricsListener::Endpoint;
using service::MetricsListener;

namespace {

/// Listeners that are only opened: nothing runs their io_context.
struct Fixture {
  boost::asio::io_context io;

  std::optional<MetricsListener> open(const std::string& address, std::uint16_t port,
                                      MetricsListener* predecessor = nullptr) {
    return std::optional<MetricsListener>(std::in_place, io, Endpoint{make_address(address), port},
                                          test::plain_pages(), predecessor);
  }
  /// What it says when it refuses; empty when it does not.
  std::string refusal(const std::string& address, std::uint16_t port,
                      MetricsListener* predecessor = nullptr) {
    try {
      open(address, port, predecessor);
      return "";
    } catch (const io::SystemError& error) {
      return error.what();
    }
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "metrics listener: a port in use is refused with object, cause and mend") {
  const auto first = open("127.0.0.1", 0);
  const auto port = first->local().port();
  CHECK(refusal("127.0.0.1", port) ==
        "metrics.listen 127.0.0.1:" + std::to_string(port) +
            ": address in use; another program listens there; stop it, or choose another port");
  CHECK_THAT(refusal("0.0.0.0", port), ContainsSubstring("address in use"));
}

TEST_CASE_METHOD(Fixture, "metrics listener: an address that is not this host's is refused") {
  CHECK_THAT(refusal("192.0.2.77", 0), ContainsSubstring("metrics.listen 192.0.2.77:0: ") &&
                                           ContainsSubstring("this host has no such address"));
}

TEST_CASE_METHOD(Fixture,
                 "metrics listener: a predecessor may hold an address that overlaps, and nobody else") {
  auto first = open("127.0.0.1", 0);
  const auto port = first->local().port();
  auto second = open("0.0.0.0", port, &*first);
  CHECK_THAT(refusal("127.0.0.1", port), ContainsSubstring("in use"));
  first.reset();
  CHECK_THAT(refusal("127.0.0.1", port), ContainsSubstring("in use"));
  auto third = open("127.0.0.1", port, &*second);  // and back
  second.reset();
  CHECK(test::HttpClient(port).descriptor() >= 0);
}

TEST_CASE_METHOD(Fixture, "metrics listener: a refused successor leaves its predecessor as it was") {
  auto first = open("127.0.0.1", 0);
  const auto taken = open("127.0.0.1", 0);
  CHECK_THAT(refusal("127.0.0.1", taken->local().port(), &*first), ContainsSubstring("in use"));
  CHECK_THAT(refusal("127.0.0.1", first->local().port()), ContainsSubstring("in use"));
}

TEST_CASE_METHOD(Fixture, "metrics listener: the port is free at once for the next, whoever was connected") {
  auto first = open("127.0.0.1", 0);
  const auto port = first->local().port();
  {
    const test::HttpClient client(port);
    io.poll();
    first.reset();
    io.poll();
  }
  CHECK(refusal("127.0.0.1", port).empty());
}

TEST_CASE("metrics listener: with clients in every state it ends at once") {
  auto pages = test::plain_pages();
  pages.metrics = [] { return std::string().append(20'000'000, 'x'); };
  std::optional<test::RunningListener> listener(std::in_place, std::move(pages));
  test::HttpClient silent(listener->port);
  test::HttpClient halfway(listener->port);
  halfway.send("GET /metr");
  test::HttpClient slow(listener->port);
  slow.send("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n");
  REQUIRE(slow.peek());
  test::HttpClient lingering(listener->port);
  lingering.send("nonsense\r\n\r\n");
  REQUIRE(lingering.peek());
  listener.reset();
  CHECK(silent.closed());
  CHECK(halfway.closed());
}
