#include <boost/json/parse.hpp>
#include <string>
#include <variant>

#include "control/commands.hpp"
#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"

using namespace vxtap;
using control::FaultCode;

namespace {

/// What the call comes to, once it is over.
std::string finished(test::FakeDaemon& daemon, std::string_view method, const std::string& params) {
  const auto result = control::begin_command(daemon, method, boost::json::parse(params).as_object());
  std::string text;
  std::get<control::Later>(result)([&](const auto& value) { text = control::to_text(value()); });
  return text;
}

int code_of_finished(test::FakeDaemon& daemon, std::string_view method, const std::string& params) {
  try {
    finished(daemon, method, params);
  } catch (const control::Fault& fault) {
    return static_cast<int>(fault.code());
  }
  return 0;
}

}  // namespace

TEST_CASE("path-mtu and doctor take their time, and answer then") {
  test::FakeDaemon daemon;
  CHECK(finished(daemon, "doctor", "{}") == "\"found\"");
  CHECK(finished(daemon, "path-mtu", R"({"remote":"192.0.2.2"})") == "\"found\"");
  CHECK(finished(daemon, "path-mtu", R"({"remote":"2001:db8::2","vni":42})") == "\"found\"");
  REQUIRE(daemon.path_mtu_requests.size() == 2);
  CHECK(daemon.path_mtu_requests[0].remote == *VtepAddress::parse("192.0.2.2"));
  CHECK_FALSE(daemon.path_mtu_requests[0].vni);
  CHECK(daemon.path_mtu_requests[1].vni == Vni::from(42));
}

TEST_CASE("path-mtu and doctor: wrong parameters") {
  test::FakeDaemon daemon;
  constexpr int kInvalid = static_cast<int>(FaultCode::kInvalidParams);
  CHECK(code_of_finished(daemon, "path-mtu", "{}") == kInvalid);
  CHECK(code_of_finished(daemon, "path-mtu", R"({"remote":"here"})") == kInvalid);
  CHECK(code_of_finished(daemon, "path-mtu", R"({"remote":"192.0.2.2","port":4789})") == kInvalid);
  CHECK(code_of_finished(daemon, "doctor", R"({"vni":42})") == kInvalid);
}
