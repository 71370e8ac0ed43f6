// The process gets no more memory than it has: RLIMIT_AS, or the host's overcommit limit.
#include <sys/socket.h>

#include <cerrno>

#include "faults/lone_daemon.hpp"
#include "lab/control_connection.hpp"
#include "lab/many_segments.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

/// A client that begins a line of the daemon's patience and does not end it: memory that is taken bit by bit.
UniqueFd endless_line(const std::string& path) {
  UniqueFd client = connect_control(path);
  const std::string part(1 << 16, 'x');
  const auto fails = [&] {
    return ::send(client.get(), part.data(), part.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN;
  };
  eventually(fails, milliseconds(50));
  return client;
}

}  // namespace

TEST_CASE("faults: the process gets no more memory, and goes on") {
  // With more than one arena there is address space that the limit does not reach.
  LoneDaemon site({"GLIBC_TUNABLES=glibc.malloc.arena_max=1"});
  const std::string process = std::to_string(site.daemon().pid());
  const auto kilobytes = std::stoul(process_status(site.daemon().pid(), "VmSize"));
  UdpFlow out(site.near(), site.far(), "10.42.0.2"), in(site.far(), site.near(), "10.42.0.1");
  REQUIRE(out.goes_on(1));

  site.near().must("prlimit --pid " + process + " --as=" + std::to_string((kilobytes + 2048) * 1024) + ":");
  site.daemon().rewrite(segment_config({.self = 0}, unicast_to(1)) + more_segments(101, 100));
  std::vector<UniqueFd> clients;
  constexpr std::size_t kClients = 40;
  clients.reserve(kClients);
  while (clients.size() < kClients) clients.push_back(endless_line(site.daemon().socket()));
  CHECK(site.daemon().ctl({"reload"}).exit_code != 0);
  CHECK(site.daemon().log().find("out of memory") != std::string::npos);
  CHECK(out.goes_on(100));
  CHECK(in.goes_on(100));
  clients.clear();

  site.near().must("prlimit --pid " + process + " --as=unlimited:");
  CHECK_FALSE(site.near().interface_mtu("vx101").has_value());
  CHECK(site.daemon().ctl({"reload"}).exit_code == 0);
  CHECK(site.near().interface_mtu("vx200").has_value());
  for (UdpFlow* flow : {&out, &in}) {
    const auto result = flow->stop();
    CHECK(result.received == result.sent);
  }
}
