#include "io/link_monitor.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "own_namespace.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using io::LinkEvent;
using io::LinkMonitor;
using test::OwnNamespace;
using test::run;

namespace {

struct Drained {
  std::vector<LinkEvent> events;
  bool lost = false;
};

// What a finished `ip` command changed has been announced before it returned.
Drained drain(LinkMonitor& monitor) {
  Drained drained;
  drained.lost = monitor.drain([&](const LinkEvent& event) { drained.events.push_back(event); });
  return drained;
}

bool readable(const LinkMonitor& monitor) {
  pollfd waiting{monitor.fd(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

}  // namespace

TEST_CASE("link monitor: an interface comes, changes and goes") {
  const OwnNamespace ns;
  LinkMonitor monitor;
  CHECK_FALSE(readable(monitor));
  CHECK(drain(monitor).events.empty());

  run("ip link add d0 mtu 1400 type bridge");
  CHECK(readable(monitor));
  auto got = drain(monitor).events;
  REQUIRE_FALSE(got.empty());
  CHECK(got.back().link.name == "d0");
  CHECK(got.back().link.mtu == 1400);
  CHECK_FALSE(got.back().link.up);
  CHECK_FALSE(got.back().deleted);

  run("ip link set d0 up mtu 1300 address 02:00:00:00:00:05");
  got = drain(monitor).events;
  REQUIRE_FALSE(got.empty());
  CHECK(got.back().link.up);
  CHECK(got.back().link.mtu == 1300);
  CHECK(got.back().link.mac.to_string() == "02:00:00:00:00:05");

  run("ip link del d0");
  got = drain(monitor).events;
  REQUIRE_FALSE(got.empty());
  CHECK(got.back().link.name == "d0");
  CHECK(got.back().deleted);
  CHECK_FALSE(readable(monitor));
}

TEST_CASE("link monitor: leaving a bridge is not being deleted") {
  const OwnNamespace ns;
  run("ip link add br0 type bridge && ip link add d0 type veth peer d1 && ip link set d0 master br0");
  LinkMonitor monitor;
  run("ip link set d0 nomaster");
  const auto got = drain(monitor).events;
  REQUIRE_FALSE(got.empty());
  for (const LinkEvent& event : got) CHECK_FALSE(event.deleted);
  CHECK(got.back().link.master == 0);
}

TEST_CASE("link monitor: lost events are reported, once") {
  const OwnNamespace ns;
  LinkMonitor monitor;
  const int small = 4096;
  REQUIRE(::setsockopt(monitor.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small) == 0);
  run("for i in $(seq 50); do echo link add d$i type bridge; done | ip -batch -");
  CHECK(drain(monitor).lost);
  run("ip link del d1");
  const auto after = drain(monitor);
  CHECK_FALSE(after.lost);
  REQUIRE_FALSE(after.events.empty());
  CHECK(after.events.back().deleted);
}
