#include <stdexcept>

#include "http_client.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using test::HttpClient;
using test::plain_pages;
using test::RunningListener;

TEST_CASE("http: /metrics is the page, in Prometheus' content type") {
  const RunningListener listener(plain_pages());
  HttpClient client(listener.port);
  const auto answer = client.get("/metrics");
  CHECK(answer.status == "200 OK");
  CHECK(answer.headers.at("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(answer.body == "a_total 1\n");
}

TEST_CASE("http: the page is made anew for each request") {
  int asked = 0;
  auto pages = plain_pages();
  pages.metrics = [&asked] { return std::to_string(++asked); };
  const RunningListener listener(std::move(pages));
  HttpClient client(listener.port);
  CHECK(client.get("/metrics").body == "1");
  CHECK(client.get("/metrics").body == "2");
  CHECK(HttpClient(listener.port).get("/metrics").body == "3");
}

TEST_CASE("http: /healthz is ok, or 503 with everything that is amiss") {
  std::vector<std::string> complaints;
  auto pages = plain_pages();
  pages.complaints = [&] { return complaints; };
  SECTION("well") {
    const RunningListener listener(pages);
    const auto answer = HttpClient(listener.port).get("/healthz");
    CHECK(answer.status == "200 OK");
    CHECK(answer.body == "ok\n");
  }
  SECTION("not well") {
    complaints = {"worker-1: asleep", "worker-3: asleep"};
    const RunningListener listener(pages);
    const auto answer = HttpClient(listener.port).get("/healthz");
    CHECK(answer.status == "503 Service Unavailable");
    CHECK(answer.body == "worker-1: asleep\nworker-3: asleep\n");
  }
}

TEST_CASE("http: HEAD says the length and sends no body") {
  const RunningListener listener(plain_pages());
  HttpClient client(listener.port);
  client.send("HEAD /metrics HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto head = client.answer(false);
  CHECK(head.status == "200 OK");
  CHECK(head.headers.at("Content-Length") == "10");
  CHECK(client.get("/healthz").body == "ok\n");  // directly behind it
}

TEST_CASE("http: the path is what stands before the query, in either form of a target") {
  const RunningListener listener(plain_pages());
  HttpClient client(listener.port);
  CHECK(client.get("/metrics?collect=all").status == "200 OK");
  CHECK(client.get("http://127.0.0.1:9478/healthz").body == "ok\n");
  CHECK(client.get("http://127.0.0.1:9478").status == "404 Not Found");
}

TEST_CASE("http: another path is 404, another method 405, each with a line for people") {
  const RunningListener listener(plain_pages());
  HttpClient client(listener.port);
  for (const auto* path : {"/", "/metrics/", "/metric", "/healthz/x", "//metrics", "/%6detrics", "*"}) {
    CAPTURE(path);
    const auto answer = client.get(path);
    CHECK(answer.status == "404 Not Found");
    CHECK_THAT(answer.body, ContainsSubstring("/metrics") && ContainsSubstring("/healthz"));
  }
  for (const std::string method : {"POST", "DELETE", "OPTIONS", "TRACE", "BREW"}) {
    CAPTURE(method);
    client.send(method + " /metrics HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto answer = client.answer();
    CHECK(answer.status == "405 Method Not Allowed");
    CHECK(answer.headers.at("Allow") == "GET, HEAD");
    CHECK_THAT(answer.body, ContainsSubstring("GET"));
  }
}

TEST_CASE("http: a page that fails is a 500 that says why, and the next request is served") {
  bool broken = true;
  auto pages = plain_pages();
  pages.metrics = [&]() -> std::string {
    if (broken) throw std::runtime_error("netlink: no buffer space");
    return "fine";
  };
  const RunningListener listener(std::move(pages));
  HttpClient client(listener.port);
  const auto answer = client.get("/metrics");
  CHECK(answer.status == "500 Internal Server Error");
  CHECK(answer.body == "netlink: no buffer space\n");
  broken = false;
  CHECK(client.get("/metrics").body == "fine");
}

TEST_CASE("http: requests sent ahead are answered one by one, in order") {
  int asked = 0;
  auto pages = plain_pages();
  pages.metrics = [&asked] { return std::to_string(++asked); };
  const RunningListener listener(std::move(pages));
  HttpClient client(listener.port);
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += "GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n";
  client.send(requests + "GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");
  for (int i = 1; i <= 500; ++i) REQUIRE(client.answer().body == std::to_string(i));
  CHECK(client.answer().status == "404 Not Found");
}

TEST_CASE("http: the connection stays or ends as the client has asked") {
  const RunningListener listener(plain_pages());
  HttpClient client(listener.port);
  SECTION("HTTP/1.1 with Connection: close") {
    client.send("GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const auto answer = client.answer();
    CHECK(answer.body == "ok\n");
    CHECK(answer.headers.at("Connection") == "close");
    CHECK(client.closed());
  }
  SECTION("HTTP/1.0, which need not say where to") {
    client.send("GET /healthz HTTP/1.0\r\n\r\n");
    CHECK(client.answer().body == "ok\n");
    CHECK(client.closed());
  }
  SECTION("HTTP/1.0 with Connection: keep-alive") {
    client.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(client.answer().headers.at("Connection") == "keep-alive");
    CHECK(client.get("/healthz").body == "ok\n");
  }
  SECTION("a client that only finished sending still gets its answer") {
    client.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    client.finish_sending();
    CHECK(client.answer().body == "ok\n");
    CHECK(client.closed());
  }
}
