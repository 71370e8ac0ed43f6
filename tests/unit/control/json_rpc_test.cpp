#include "control/json_rpc.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <new>
#include <stdexcept>
#include <string>

#include "support/catch.hpp"

using vxtap::control::Answer;
using vxtap::control::answer;
using vxtap::control::Fault;
using vxtap::control::FaultCode;
using vxtap::control::to_text;
namespace json = boost::json;

namespace {

/// Echoes, refuses or breaks.
vxtap::control::Result dispatch(std::string_view method, const json::object& params) {
  if (method == "echo") return params;
  if (method == "refuse") throw Fault(FaultCode::kRefused, "refused", {"one", "two"});
  if (method == "break") throw std::runtime_error("broken");
  if (method == "grow") throw std::bad_alloc();
  if (method == "written") return vxtap::control::JsonText{R"([{"a":1}])"};
  throw Fault(FaultCode::kMethodNotFound, "method not found");
}

std::string answered(std::string_view line) {
  std::string text = "unanswered";
  answer(line, dispatch, [&](const Answer& given) { text = given.value_or("nothing\n"); });
  return text;
}

/// Code and id of an error answer.
std::string error_of(std::string_view line) {
  const auto text = answered(line);
  const auto object = json::parse(text).as_object();
  REQUIRE(object.size() == 3);
  REQUIRE(object.at("jsonrpc") == "2.0");
  REQUIRE(text.find('\n') == text.size() - 1);
  return to_text(object.at("error").at("code")) + " " + to_text(object.at("id"));
}

}  // namespace

TEST_CASE("JSON-RPC: an id that is no number JSON knows comes back as null") {
  for (const std::string id : {"1e999", "-1e999", "0e50000"})
    CHECK(answered(R"({"jsonrpc":"2.0","method":"echo","id":)" + id + "}") ==
          "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}\n");
}

TEST_CASE("JSON-RPC: results carry the request's id, whatever its type") {
  CHECK(answered(R"({"jsonrpc":"2.0","id":5,"method":"echo","params":{"a":1}})") ==
        "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"a\":1}}\n");
  CHECK(answered(R"({"jsonrpc":"2.0","id":"x y","method":"echo"})") ==
        "{\"jsonrpc\":\"2.0\",\"id\":\"x y\",\"result\":{}}\n");
  CHECK(answered(R"({"jsonrpc":"2.0","id":null,"method":"echo","params":[]})") ==
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}\n");
  CHECK(answered("{\"jsonrpc\":\"2.0\",\"id\":18446744073709551615,\"method\":\"echo\"}\r") ==
        "{\"jsonrpc\":\"2.0\",\"id\":18446744073709551615,\"result\":{}}\n");
}

TEST_CASE("JSON-RPC: a result that was written already stands as it was written") {
  CHECK(answered(R"({"jsonrpc":"2.0","id":"x","method":"written"})") ==
        "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":[{\"a\":1}]}\n");
}

TEST_CASE("JSON-RPC: without memory a call fails alone, and says what to ask for") {
  const std::string call = R"({"jsonrpc":"2.0","id":1,"method":"grow"})";
  CHECK(error_of(call) == "-32001 1");
  CHECK_THAT(answered(call), Catch::Matchers::ContainsSubstring("no memory for this; ask for less"));
}

TEST_CASE("JSON-RPC: notifications get no answer, not even an error") {
  for (const auto* method : {"echo", "refuse", "break", "nosuch"}) {
    CAPTURE(method);
    CHECK(answered(R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"("})") == "nothing\n");
  }
  CHECK(answered(R"({"jsonrpc":"2.0","method":"echo","params":[1]})") == "nothing\n");
}

TEST_CASE("JSON-RPC: errors") {
  CHECK(error_of("") == "-32700 null");
  CHECK(error_of("{") == "-32700 null");
  CHECK(error_of("\xff\xfe") == "-32700 null");
  CHECK(error_of(R"({"jsonrpc":"2.0","id":1,"method":"echo"} x)") == "-32700 null");
  CHECK(error_of(std::string(100'000, '[')) == "-32700 null");
  CHECK(error_of("7") == "-32600 null");
  CHECK(error_of("[]") == "-32600 null");
  CHECK(error_of(R"([{"jsonrpc":"2.0","id":1,"method":"echo"}])") == "-32600 null");
  CHECK(error_of(R"({"id":1,"method":"echo"})") == "-32600 1");
  CHECK(error_of(R"({"jsonrpc":"1.0","id":1,"method":"echo"})") == "-32600 1");
  CHECK(error_of(R"({"jsonrpc":"2.0","id":1,"method":7})") == "-32600 1");
  CHECK(error_of(R"({"jsonrpc":"2.0","id":1})") == "-32600 1");
  CHECK(error_of(R"({"jsonrpc":"2.0"})") == "-32600 null");
  CHECK(error_of(R"({"jsonrpc":"2.0","id":[1],"method":"echo"})") == "-32600 null");
  CHECK(error_of(R"({"jsonrpc":"2.0","id":1,"method":"echo","params":7})") == "-32600 1");
  CHECK(error_of(R"({"jsonrpc":"2.0","id":1,"method":"echo","params":[7]})") == "-32602 1");
  CHECK(error_of(R"({"jsonrpc":"2.0","id":1,"method":"nosuch"})") == "-32601 1");
  CHECK(error_of(R"({"jsonrpc":"2.0","id":1,"method":"break"})") == "-32603 1");
}

TEST_CASE("JSON-RPC: what the daemon refuses carries its messages") {
  CHECK(answered(R"({"jsonrpc":"2.0","id":1,"method":"refuse"})") ==
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"refused\","
        "\"data\":{\"messages\":[\"one\",\"two\"]}}}\n");
}

TEST_CASE("JSON-RPC: a call that takes its time is answered when it is over, with the request's id") {
  vxtap::control::Finish finish;
  std::string text = "unanswered";
  const auto begin = [&](std::string_view, const json::object&) -> vxtap::control::Result {
    return vxtap::control::Later([&](vxtap::control::Finish given) { finish = std::move(given); });
  };
  const auto ask = [&](std::string_view line) {
    text = "unanswered";
    answer(line, begin, [&](const Answer& given) { text = given.value_or("nothing\n"); });
    return text;
  };
  REQUIRE(ask(R"({"jsonrpc":"2.0","id":7,"method":"slow"})") == "unanswered");
  finish([] { return json::value("done"); });
  CHECK(text == "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":\"done\"}\n");

  REQUIRE(ask(R"({"jsonrpc":"2.0","id":8,"method":"slow"})") == "unanswered");
  finish([]() -> json::value { throw Fault(FaultCode::kRefused, "refused", {"one"}); });
  CHECK(json::parse(text).at("error").at("code") == -32000);
  CHECK(json::parse(text).at("id") == 8);

  REQUIRE(ask(R"({"jsonrpc":"2.0","method":"slow"})") == "unanswered");
  finish([] { return json::value("done"); });
  CHECK(text == "nothing\n");
}
