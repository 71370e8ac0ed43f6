#include "unit/control/command_calls.hpp"

using namespace vxtap;
using test::code_of;
using test::run;

namespace {

constexpr auto kInvalid = static_cast<int>(control::FaultCode::kInvalidParams);

}  // namespace

TEST_CASE("explain: a frame of a TAP") {
  test::FakeDaemon daemon;
  daemon.explanation = "told";
  CHECK(run(daemon, "explain", R"({"from":"tap","vni":42,"frame":"00ff"})") == "\"told\"");
  REQUIRE(daemon.explain_requests.size() == 1);
  const auto& request = daemon.explain_requests[0];
  CHECK(request.vni == Vni::from(42));
  CHECK_FALSE(request.from);
  CHECK(request.bytes == std::vector<std::uint8_t>{0x00, 0xFF});
}

TEST_CASE("explain: a datagram of a remote") {
  test::FakeDaemon daemon;
  run(daemon, "explain", R"({"from":"192.0.2.2","port":50000,"tos":3,"vni":42,"datagram":"08"})");
  run(daemon, "explain", R"({"from":"2001:db8::2","datagram":""})");
  REQUIRE(daemon.explain_requests.size() == 2);
  const auto& request = daemon.explain_requests[0];
  CHECK(request.from == VtepAddress::parse("192.0.2.2"));
  CHECK(request.from_port == 50000);
  CHECK(request.tos == 3);
  CHECK(request.vni == Vni::from(42));
  CHECK(request.bytes == std::vector<std::uint8_t>{0x08});
  CHECK_FALSE(daemon.explain_requests[1].vni);
  CHECK(daemon.explain_requests[1].from_port != 0);
}

TEST_CASE("explain: what is not a request") {
  test::FakeDaemon daemon;
  for (const auto* params :
       {R"({})", R"({"from":"tap"})", R"({"from":"tap","frame":"00"})", R"({"from":"tap","vni":42})",
        R"({"from":"tap","vni":42,"frame":"0"})", R"({"from":"tap","vni":42,"frame":7})",
        R"({"from":"tap","vni":42,"datagram":"00"})", R"({"from":"tap","vni":42,"frame":"00","tos":1})",
        R"({"from":"host","datagram":"00"})", R"({"from":"192.0.2.2"})", R"({"from":7,"datagram":"00"})",
        R"({"from":"192.0.2.2","datagram":"00","tos":256})",
        R"({"from":"192.0.2.2","datagram":"00","port":0})"}) {
    CAPTURE(params);
    CHECK(code_of(daemon, "explain", params) == kInvalid);
  }
  const std::string large(131072, '0');
  CHECK(code_of(daemon, "explain", R"({"from":"tap","vni":42,"frame":")" + large + "\"}") == kInvalid);
  CHECK(daemon.explain_requests.empty());
}
