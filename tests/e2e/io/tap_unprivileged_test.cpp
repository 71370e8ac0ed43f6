#include "io/system_error.hpp"
#include "own_namespace.hpp"
#include "support/catch.hpp"
#include "tap_frames.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using io::TapDevice;
using test::OwnNamespace;
using test::plain_tap;
using test::run;
using test::WithoutCapabilities;

namespace {

io::TapSettings wanted_tap() {
  auto wanted = plain_tap("vx1", 2);
  wanted.mtu = 1450;
  wanted.mac = *MacAddress::parse("02:00:00:00:00:42");
  wanted.addresses = {{*VtepAddress::parse("10.0.0.1"), 24}};
  wanted.owner = 0;
  return wanted;
}

}  // namespace

TEST_CASE("unprivileged: a TAP made beforehand for the user, as wanted, needs nothing") {
  const OwnNamespace ns;
  run("ip tuntap add vx1 mode tap multi_queue user 0");
  run("ip link set vx1 mtu 1450 address 02:00:00:00:00:42 up && ip address add 10.0.0.1/24 dev vx1");
  const WithoutCapabilities dropped;
  TapDevice device = TapDevice::open(wanted_tap());
  CHECK(device.queue_count() == 2);
  device.configure(wanted_tap());
  CHECK(device.warnings().empty());
}

TEST_CASE("unprivileged: what differs is a warning with its mend") {
  const OwnNamespace ns;
  run("ip tuntap add vx1 mode tap multi_queue user 0");
  const WithoutCapabilities dropped;
  TapDevice device = TapDevice::open(wanted_tap());
  device.configure(wanted_tap());
  const auto& warnings = device.warnings();
  REQUIRE(warnings.size() == 4);
  CHECK(warnings[0] ==
        "vx1 mtu 1450: operation not permitted; add CAP_NET_ADMIN, or run `ip link set vx1 mtu 1450` "
        "beforehand");
  CHECK_THAT(warnings[1], ContainsSubstring("`ip link set vx1 address 02:00:00:00:00:42`"));
  CHECK_THAT(warnings[2], ContainsSubstring("`ip address add 10.0.0.1/24 dev vx1`"));
  CHECK_THAT(warnings[3], ContainsSubstring("`ip link set vx1 up`"));
}

TEST_CASE("unprivileged: creating a TAP, or using another user's, is refused with the mend") {
  const OwnNamespace ns;
  run("ip tuntap add vx2 mode tap user 4242");
  const WithoutCapabilities dropped;
  for (const char* name : {"vx1", "vx2"})
    CHECK_THROWS_WITH(
        TapDevice::open(plain_tap(name)),
        std::string("TAP ") + name +
            ": operation not permitted; add CAP_NET_ADMIN or make the TAP beforehand with `ip tuntap add " +
            name + " mode tap multi_queue user USER`");
}
