#include "io/system_error.hpp"

#include <cerrno>
#include <string>

#include "support/catch.hpp"

using vxtap::io::SystemError;

TEST_CASE("system error: names the object, the cause and the mend") {
  const SystemError error("/dev/net/tun", EACCES, "add CAP_NET_ADMIN");
  CHECK(std::string(error.what()) == "/dev/net/tun: permission denied; add CAP_NET_ADMIN");
  CHECK(error.error() == EACCES);
}

TEST_CASE("system error: without a mend ends with the cause") {
  CHECK(std::string(SystemError("vx42", ENODEV).what()) == "vx42: no such device");
}
