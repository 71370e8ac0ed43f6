#include "http_client.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using test::HttpClient;
using test::plain_pages;
using test::RunningListener;

namespace {

struct Malformed {
  std::string what;
  std::string request;
  std::string status;
};

const std::string kBad = "400 Bad Request";

const Malformed kMalformed[] = {
    {"no HTTP at all", "\x16\x03\x01\x02 hello\r\n\r\n", kBad},
    {"a control request", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"version\"}\r\n\r\n", kBad},
    {"no version", "GET /metrics\r\n\r\n", kBad},
    {"another version", "GET /metrics HTTP/2.0\r\nHost: h\r\n\r\n", kBad},
    {"no Host", "GET /metrics HTTP/1.1\r\n\r\n", kBad},
    {"two Hosts", "GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", kBad},
    {"a blank before the colon", "GET /metrics HTTP/1.1\r\nHost : h\r\n\r\n", kBad},
    {"a bare line feed", "GET /metrics HTTP/1.1\nHost: h\n\n", kBad},
    {"a zero byte in a header", std::string("GET /metrics HTTP/1.1\r\nHost: h\0h\r\n\r\n", 36), kBad},
    {"a length that is no number", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", kBad},
    {"two lengths", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", kBad},
    {"a header without end", "GET /metrics HTTP/1.1\r\nHost: h\r\nX: " + std::string(9000, 'x'),
     "431 Request Header Fields Too Large"},
    {"a target without end", "GET /" + std::string(9000, 'x'), "431 Request Header Fields Too Large"},
};

}  // namespace

TEST_CASE("http: what is malformed is refused and ends its connection, and no other") {
  const RunningListener listener(plain_pages());
  HttpClient bystander(listener.port);
  for (const auto& malformed : kMalformed) {
    CAPTURE(malformed.what);
    HttpClient client(listener.port);
    client.send(malformed.request);
    const auto answer = client.answer();
    CHECK(answer.status == malformed.status);
    CHECK(answer.headers.count("Content-Length") == 1);
    CHECK_FALSE(answer.body.empty());
    if (malformed.what != "no Host" && malformed.what != "two Hosts") CHECK(client.closed());
    CHECK(bystander.get("/healthz").body == "ok\n");
  }
}

TEST_CASE("http: a header of the limit's size is served") {
  const RunningListener listener(plain_pages());
  HttpClient client(listener.port);
  const std::string begin = "GET /healthz HTTP/1.1\r\nHost: h\r\nX: ";
  client.send(begin + std::string(8192 - begin.size() - 4, 'x') + "\r\n\r\n");
  CHECK(client.answer().body == "ok\n");
}

TEST_CASE(
    "http: a request with a body is answered, and its connection ends without reading it as a request") {
  const RunningListener listener(plain_pages());
  const std::string smuggled = "GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n";
  SECTION("with a length") {
    HttpClient client(listener.port);
    client.send("GET /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(smuggled.size()) +
                "\r\n\r\n" + smuggled);
    CHECK(client.answer().body == "ok\n");
    CHECK(client.answer().status.empty());
  }
  SECTION("in chunks") {
    HttpClient client(listener.port);
    client.send("GET /healthz HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled);
    CHECK(client.answer().body == "ok\n");
    CHECK(client.answer().status.empty());
  }
}

TEST_CASE("http: whoever sends more than is wanted can still read why") {
  const RunningListener listener(plain_pages());
  HttpClient client(listener.port);
  client.send("POST /metrics HTTP/1.1\r\nHost: h\r\nContent-Length: 4000000\r\n\r\n");
  const bool all_sent = client.send(std::string(4'000'000, 'x'));
  CHECK(all_sent);
  CHECK(client.answer().status == "405 Method Not Allowed");
}
