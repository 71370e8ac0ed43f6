#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <string_view>

#include "control/commands.hpp"
#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"

namespace vxtap::test {

/// The result of one method as text.
inline std::string run(FakeDaemon& daemon, std::string_view method, const std::string& params = "{}") {
  return control::run_command(daemon, method, boost::json::parse(params).as_object()).text;
}

/// The code of the Fault that it throws, or 0.
inline int code_of(FakeDaemon& daemon, std::string_view method, const std::string& params = "{}") {
  try {
    run(daemon, method, params);
  } catch (const control::Fault& fault) {
    CHECK(std::string(fault.what()) != "");
    return static_cast<int>(fault.code());
  }
  return 0;
}

}  // namespace vxtap::test
