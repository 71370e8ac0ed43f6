#include "lab/http.hpp"
#include "lab/overlay.hpp"
#include "lab/stopped_thread.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// The listener in the daemon: how it comes, moves, is refused and goes, and what /healthz says.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string config(const std::string& listen) {
  return (listen.empty() ? "" : "metrics: {listen: \"" + listen + "\"}\n") +
         segment_config({.self = 0}, unicast_to(1));
}

struct Site {
  Wire wire{2};
  Host& host = wire.host(0);

  /// Status of a page; 0 when nobody listens there.
  int status(const std::string& address, std::uint16_t port, const std::string& page = "/metrics") {
    try {
      return http_get(host, Endpoint(address, port), page).status;
    } catch (const std::system_error&) {
      return 0;
    }
  }
  /// A program that listens there.
  UniqueFd occupy(const std::string& address, std::uint16_t port) {
    UniqueFd socket = bound_socket(host, SOCK_STREAM, Endpoint(address, port));
    check(listen(socket.get(), 1), "listen");
    return socket;
  }
};

int reload_to(Vxtapd& daemon, const std::string& text) {
  daemon.rewrite(text);
  return daemon.ctl({"reload"}).exit_code;
}

}  // namespace

TEST_CASE("metrics.listen: appears, changes and goes with a reload, on addresses of both families") {
  Site site;
  Vxtapd daemon(site.host, config(""));
  CHECK(site.status("127.0.0.1", 9478) == 0);
  REQUIRE(reload_to(daemon, config("127.0.0.1:9478")) == 0);
  CHECK(site.status("127.0.0.1", 9478) == 200);
  CHECK(site.status("192.0.2.1", 9478) == 0);
  REQUIRE(reload_to(daemon, config("0.0.0.0:9478")) == 0);  // which overlaps
  CHECK(site.status("192.0.2.1", 9478) == 200);
  REQUIRE(reload_to(daemon, config("127.0.0.1:9478")) == 0);
  CHECK(site.status("127.0.0.1", 9478) == 200);
  CHECK(site.status("192.0.2.1", 9478) == 0);
  REQUIRE(reload_to(daemon, config("[::1]:9479")) == 0);
  CHECK(site.status("::1", 9479) == 200);
  CHECK(site.status("127.0.0.1", 9478) == 0);
  REQUIRE(reload_to(daemon, config("")) == 0);
  CHECK(site.status("::1", 9479) == 0);
}

TEST_CASE("metrics.listen: a reload that leaves it as it is does not even end a connection") {
  Site site;
  Vxtapd daemon(site.host, config("127.0.0.1:9478"));
  const UniqueFd client = connected_socket(site.host, SOCK_STREAM, Endpoint("127.0.0.1", 9478));
  REQUIRE(reload_to(daemon, config("127.0.0.1:9478") + "    fdb: {learning: false}\n") == 0);
  const std::string request = "GET /healthz HTTP/1.0\r\n\r\n";
  REQUIRE(send(client.get(), request.data(), request.size(), MSG_NOSIGNAL) > 0);
  char first = 0;
  CHECK(recv(client.get(), &first, 1, 0) == 1);
  CHECK(first == 'H');
}

TEST_CASE("metrics.listen: a port in use refuses the reload, and everything stays as it was") {
  Site site;
  Vxtapd daemon(site.host, config("127.0.0.1:9478"));
  const auto other = site.occupy("127.0.0.1", 9500);
  daemon.rewrite(config("127.0.0.1:9500") + "    fdb: {limit: 7}\n");
  const auto result = daemon.ctl({"reload"});
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, ContainsSubstring("metrics.listen 127.0.0.1:9500: address in use; another program"));
  const auto samples = samples_of(http_get(site.host, Endpoint("127.0.0.1", 9478), "/metrics").body);
  CHECK(samples.at("vxtap_config_last_reload_successful") == 0);
  CHECK(samples.at(R"(vxtap_fdb_limit{vni="42",segment="blue",tap="vx42"})") == 65536);
}

TEST_CASE("metrics.listen: a segment that the system refuses leaves the listener where it was") {
  Site site;
  site.host.ip("link add taken type bridge");  // the name is that of no TAP
  Vxtapd daemon(site.host, config("127.0.0.1:9478"));
  const auto moved = config("127.0.0.1:9500") + "  - {vni: 43, tap: taken, peers: {" + unicast_to(1) + "}}\n";
  CHECK(reload_to(daemon, moved) == 1);
  CHECK(site.status("127.0.0.1", 9478) == 200);
  CHECK(site.status("127.0.0.1", 9500) == 0);
}

TEST_CASE("metrics.listen: a start on a port in use is exit 3 and leaves nothing") {
  Site site;
  const auto other = site.occupy("127.0.0.1", 9478);
  const std::string file = site.host.directory() / "vxtapd.yaml";
  write_file(file, "control: {socket: " + (site.host.directory() / "control.sock").string() + "}\n" +
                       config("127.0.0.1:9478"));
  const auto result = site.host.command({built("vxtapd"), "--config", file});
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.err, ContainsSubstring("metrics.listen 127.0.0.1:9478: address in use; another program"));
  CHECK_FALSE(site.host.interface_mtu("vx42"));
}

TEST_CASE("healthz: names the worker that stands still, until it goes on") {
  Site site;
  Vxtapd daemon(site.host, "workers: 2\n" + config("127.0.0.1:9478"));
  const auto health = [&] { return http_get(site.host, Endpoint("127.0.0.1", 9478), "/healthz"); };
  CHECK(health().status == 200);
  CHECK(health().body == "ok\n");
  {
    const StoppedThread stopped(thread_of(daemon.pid(), "worker-1"));
    REQUIRE(eventually([&] { return health().status == 503; }));
    CHECK(health().body == "worker-1: no sign of life for over 5 s\n");
    const auto samples = samples_of(http_get(site.host, Endpoint("127.0.0.1", 9478), "/metrics").body);
    CHECK(samples.at("vxtap_stuck_workers") == 1);
  }
  CHECK(eventually([&] { return health().status == 200; }));
}
