#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "lab/overlay.hpp"
#include "lab/sockets.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"
#include "vxtap/drop_reason.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

struct Fixture {
  Wire wire{2};
  Vxtapd daemon{wire.host(0), segment_config({.self = 0}, unicast_to(1))};

  std::string text(const Arguments& words) {
    const auto result = daemon.ctl(words);
    CHECK(result.exit_code == 0);
    CHECK(result.err == "");
    CHECK(result.out.find('\x1b') == std::string::npos);  // colour on a terminal only
    return result.out;
  }
};

/// A control socket that accepts and never answers.
UniqueFd silent_server(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  UniqueFd socket(check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  check(bind(socket.get(), as_sockaddr(&address), sizeof address), "bind");
  check(listen(socket.get(), 1), "listen");
  return socket;
}

}  // namespace

TEST_CASE("vxtapctl show: the segment's row for people, an array for programs") {
  Fixture fixture;
  CHECK_THAT(fixture.text({"show"}), ContainsSubstring("42") && ContainsSubstring("blue") &&
                                         ContainsSubstring("vx42") && ContainsSubstring("192.0.2.1") &&
                                         ContainsSubstring("192.0.2.2"));
  const boost::json::array segments = fixture.daemon.json({"show"}).as_array();
  REQUIRE(segments.size() == 1);
  CHECK(segments[0].at("vni") == 42);
  CHECK(segments[0].at("name") == "blue");
  CHECK(fixture.daemon.json({"show", "42"}).as_array().size() == 1);
  CHECK(fixture.daemon.ctl({"show", "43"}).exit_code == 1);
}

TEST_CASE("vxtapctl fdb show: filters") {
  Fixture fixture;
  CHECK_THAT(fixture.text({"fdb", "show"}),
             ContainsSubstring("00:00:00:00:00:00") && ContainsSubstring("192.0.2.2"));
  const auto rows = [&](Arguments filter) {
    filter.insert(filter.begin(), {"fdb", "show"});
    return fixture.daemon.json(filter).as_array().size();
  };
  CHECK(rows({"--vni", "42"}) >= 1);
  CHECK(rows({"--mac", "00:00:00:00:00:00"}) == 1);
  CHECK(rows({"--mac", "02:00:00:00:00:77"}) == 0);
  CHECK(rows({"--remote", "192.0.2.2", "--mac", "00:00:00:00:00:00"}) == 1);
  CHECK(rows({"--remote", "192.0.2.9"}) == 0);
  CHECK(rows({"--state", "permanent"}) >= 1);
}

TEST_CASE("vxtapctl stats: every reason is always present, in the segment and before it") {
  Fixture fixture;
  const auto stats = fixture.daemon.json({"stats"});
  const auto& segment = stats.at("segments").at(0);
  for (const auto& reason : vxtap::kDropReasons) {
    const std::string_view name = reason.name;
    CAPTURE(name);
    CHECK(segment.at("drops").at(name).is_number());
    CHECK(stats.at("drops").at(name).is_number());
  }
  CHECK(segment.at("vni") == 42);
  CHECK(segment.at("name") == "blue");
  CHECK(segment.at("tap") == "vx42");
  for (const char* way : {"tx", "rx"})
    for (const char* unit : {"packets", "bytes"}) CHECK(segment.at(way).at(unit).is_number());
  for (const char* key : {"entries", "learned", "moved", "aged", "refused"})
    CHECK(segment.at("fdb").at(key).is_number());
  for (const char* key : {"flooded", "suppressed", "partial_checksum_completed"})
    CHECK(segment.at(key).is_number());
  CHECK_THAT(fixture.text({"stats"}), ContainsSubstring("blue"));
  CHECK(fixture.daemon.json({"stats", "--vni", "42"}).at("segments").as_array().size() == 1);
}

TEST_CASE("vxtapctl drops: each reason with its count, its meaning and its mend") {
  Fixture fixture;
  const std::string text = fixture.text({"drops"});
  for (const auto& reason : vxtap::kDropReasons)
    CHECK_THAT(text, ContainsSubstring(std::string(reason.name)));
  CHECK_THAT(text, ContainsSubstring("VXLAN"));
  CHECK(!fixture.daemon.json({"drops"}).is_null());
}

TEST_CASE("vxtapctl check: reads a file without the daemon taking it") {
  Fixture fixture;
  const std::string file = fixture.wire.host(0).directory() / "other.yaml";
  write_file(file, segment_config({.self = 0, .vni = 43, .device = "vx43"}, unicast_to(1)));
  CHECK(fixture.daemon.ctl({"check", file}).exit_code == 0);
  write_file(file, "segments:\n  - {vni: many}\n");
  const auto result = fixture.daemon.ctl({"check", file});
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err + result.out, ContainsSubstring("other.yaml:2:"));
  CHECK(fixture.daemon.json({"show"}).as_array().size() == 1);
}

TEST_CASE("vxtapctl version and log") {
  Fixture fixture;
  CHECK_THAT(fixture.text({"version"}), ContainsSubstring("."));
  CHECK(!fixture.daemon.json({"version"}).is_null());
  CHECK(fixture.daemon.ctl({"log", "debug"}).exit_code == 0);
  CHECK(fixture.daemon.ctl({"log", "shouting"}).exit_code != 0);
}

TEST_CASE("vxtapctl exit codes: 2 usage, 3 unreachable, 4 timeout") {
  Host host;
  const std::string socket = host.directory() / "control.sock";
  const auto ctl = [&](Arguments words) {
    words.insert(words.begin(), built("vxtapctl"));
    return host.command(words);
  };
  CHECK(ctl({}).exit_code == 2);
  CHECK(ctl({"no-such-command"}).exit_code == 2);
  CHECK(ctl({"-s", socket, "fdb", "show", "--no-such"}).exit_code == 2);
  CHECK(ctl({"--help"}).exit_code == 0);
  const auto unreachable = ctl({"-s", socket, "show"});
  CHECK(unreachable.exit_code == 3);
  CHECK_THAT(unreachable.err, ContainsSubstring(socket));
  const UniqueFd server = silent_server(socket);
  CHECK(ctl({"-s", socket, "--timeout", "300ms", "show"}).exit_code == 4);
}

TEST_CASE("the control socket is its owner's alone") {
  Fixture fixture;
  const auto socket = fixture.daemon.config_file().parent_path() / "control.sock";
  using std::filesystem::perms;
  CHECK(std::filesystem::status(socket).permissions() == (perms::owner_read | perms::owner_write));
}
