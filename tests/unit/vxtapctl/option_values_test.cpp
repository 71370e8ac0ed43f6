#include "ctl/option_values.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/values.hpp"

using namespace vxtap;

TEST_CASE("a remote with and without its port, as it is printed") {
  for (const auto* text : {"192.0.2.9", "2001:db8::9", "[2001:db8::9]", "::1", "::ffff:0:1"}) {
    CAPTURE(text);
    const auto remote = ctl::parse_remote(text);
    REQUIRE(remote);
    CHECK_FALSE(remote->port);
  }
  for (const auto* text : {"192.0.2.9:1", "192.0.2.9:4789", "[2001:db8::9]:65535", "[::1]:8472"}) {
    CAPTURE(text);
    const auto remote = ctl::parse_remote(text);
    REQUIRE(remote);
    REQUIRE(remote->port);
    CHECK(to_string(Remote{remote->address, *remote->port}) == text);
  }
  // All of it is the address: brackets tell where one ends.
  CHECK(ctl::parse_remote("2001:db8::9:4789")->address == test::address("2001:db8::9:4789"));
}

TEST_CASE("what is no remote") {
  for (const auto* text : {"",
                           ":",
                           "host",
                           "host:4789",
                           ":4789",
                           "192.0.2.9:",
                           "192.0.2.9:0",
                           "192.0.2.9:65536",
                           "192.0.2.9:x",
                           "192.0.2.9:4789:1",
                           "192.0.2.9:-1",
                           "192.0.2.9: 1",
                           "[192.0.2.9]:4789",
                           "[192.0.2.9]",
                           "[]:4789",
                           "[2001:db8::9:4789",
                           "2001:db8::9]:4789",
                           "[2001:db8::9]4789",
                           "[2001:db8::9]:",
                           "[[::1]]:1",
                           "fe80::1%eth0"}) {
    CAPTURE(text);
    CHECK_FALSE(ctl::parse_remote(text));
  }
}

TEST_CASE("what is a group") {
  CHECK(ctl::is_group("239.1.1.1"));
  CHECK(ctl::is_group("ff0e::1"));
  CHECK(ctl::is_group("01:00:5e:01:01:01"));
  CHECK_FALSE(ctl::is_group("239.1.1"));
  CHECK_FALSE(ctl::is_group("all"));
}
