#include "core/group_memberships.hpp"

#include <algorithm>

#include "group_memberships_values.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using namespace vxtap::test;
using namespace std::chrono_literals;
using Outcome = GroupMemberships::StaticOutcome;

namespace {

const VtepAddress kGroup = address("239.1.1.1");
const VtepAddress kGroupV6 = address("ff05::1");
const Remote kA = remote("192.0.2.1"), kB = remote("192.0.2.2"), kRouter = remote("192.0.2.9");
constexpr Tick kStart = 5000;

/// A querier behind kRouter was heard at kStart.
GroupMemberships snooping() {
  GroupMemberships memberships;
  REQUIRE(memberships.from_remote(general_query(), kRouter, kStart));
  return memberships;
}

/// Where the group's traffic goes; empty for flooding.
std::vector<Remote> remotes(const GroupMemberships& memberships, const MulticastGroup& group) {
  return remotes_in(*memberships.build(), group);
}

}  // namespace

TEST_CASE("group memberships: a group goes to who joined it, and to the querier's router") {
  auto memberships = snooping();
  CHECK(remotes(memberships, kGroup).empty());
  CHECK(memberships.from_remote(join(kGroup), kA, kStart));
  CHECK(remotes(memberships, kGroup) == std::vector{kA, kRouter});
  CHECK(memberships.from_remote(join(kGroup), kB, kStart));
  CHECK(remotes(memberships, kGroup) == std::vector{kA, kB, kRouter});
  CHECK(remotes(memberships, address("239.1.1.2")).empty());
  CHECK_FALSE(memberships.from_remote(join(kGroup), kA, kStart + 1));  // a renewal changes no table
}

TEST_CASE("group memberships: a router that joins gets one copy") {
  auto memberships = snooping();
  memberships.from_remote(join(kGroup), kRouter, kStart);
  CHECK(remotes(memberships, kGroup) == std::vector{kRouter});
}

TEST_CASE("group memberships: without a querier everything is flooded but what is permanent") {
  GroupMemberships memberships;
  CHECK_FALSE(memberships.from_remote(join(kGroup), kA, kStart));
  CHECK(memberships.build()->empty());
  CHECK(memberships.add_static(kGroup, kB) == Outcome::kAdded);
  CHECK(remotes(memberships, kGroup) == std::vector{kB});
  CHECK(memberships.from_remote(general_query(), kRouter, kStart));  // what was heard before it now counts
  CHECK(remotes(memberships, kGroup) == std::vector{kA, kB, kRouter});
}

TEST_CASE("group memberships: the querier is forgotten after 255 s") {
  auto memberships = snooping();
  memberships.from_remote(join(kGroup), kA, kStart + seconds(100));
  CHECK_FALSE(memberships.expire(kStart + seconds(255) - 1));
  CHECK(memberships.querier_known(false));
  CHECK(memberships.expire(kStart + seconds(255)));
  CHECK_FALSE(memberships.querier_known(false));
  CHECK(memberships.build()->empty());
  CHECK(memberships.list(kStart + seconds(255)).size() == 1);
}

TEST_CASE("group memberships: one lasts 260 s after the last report") {
  auto memberships = snooping();
  memberships.from_remote(join(kGroup), kA, kStart);
  memberships.from_remote(join(kGroup), kA, kStart + seconds(10));
  memberships.from_remote(general_query(), kRouter, kStart + seconds(200));
  CHECK_FALSE(memberships.expire(kStart + seconds(270) - 1));
  CHECK(remotes(memberships, kGroup) == std::vector{kA, kRouter});
  CHECK(memberships.expire(kStart + seconds(270)));
  CHECK(memberships.build()->empty());
  CHECK(memberships.list(kStart + seconds(270)).empty());
}

TEST_CASE("group memberships: a leave leaves two seconds for another host's report") {
  auto memberships = snooping();
  memberships.from_remote(join(kGroup), kA, kStart);
  memberships.from_remote(join(kGroup), kB, kStart);
  CHECK_FALSE(memberships.from_remote(leave(kGroup), kA, kStart + 7));
  CHECK(remotes(memberships, kGroup) == std::vector{kA, kB, kRouter});
  SECTION("none comes") {
    CHECK_FALSE(memberships.expire(kStart + 7 + seconds(2) - 1));
    CHECK(memberships.expire(kStart + 7 + seconds(2)));
    CHECK(remotes(memberships, kGroup) == std::vector{kB, kRouter});
  }
  SECTION("one comes") {
    CHECK_FALSE(memberships.from_remote(join(kGroup), kA, kStart + 20));
    CHECK_FALSE(memberships.expire(kStart + seconds(200)));
    CHECK(remotes(memberships, kGroup) == std::vector{kA, kB, kRouter});
  }
  SECTION("another leave does not put it off") {
    memberships.from_remote(leave(kGroup), kA, kStart + 20);
    CHECK(memberships.expire(kStart + 7 + seconds(2)));
  }
}

TEST_CASE("group memberships: who answers no query for the group is out of it") {
  auto memberships = snooping();
  memberships.from_remote(join(kGroup), kA, kStart);
  memberships.from_remote(join(kGroup), kB, kStart);
  const auto time = GENERATE(0ms, 1000ms, 5000ms);
  const Tick over = std::max(seconds(2), static_cast<Tick>(time / 100ms * 2));
  const auto query = group_query(kGroup, time);
  const bool of_host = GENERATE(false, true);
  const bool rebuild =
      of_host ? memberships.from_host(query, kStart) : memberships.from_remote(query, kRouter, kStart);
  CHECK(rebuild == of_host);  // the local host is known to ask from now on
  memberships.from_remote(join(kGroup), kB, kStart + 1);
  CHECK_FALSE(memberships.expire(kStart + over - 1));
  CHECK(memberships.expire(kStart + over));
  CHECK(remotes(memberships, kGroup) == std::vector{kB, kRouter});
}

TEST_CASE("group memberships: the local host's queries count, its reports do not") {
  GroupMemberships memberships;
  CHECK_FALSE(memberships.from_host(join(kGroup), kStart));
  CHECK(memberships.list(kStart).empty());
  memberships.from_remote(join(kGroup), kA, kStart);
  CHECK(memberships.from_host(general_query(), kStart));
  CHECK(remotes(memberships, kGroup) == std::vector{kA});
  CHECK_FALSE(memberships.from_host(leave(kGroup), kStart));
  CHECK_FALSE(memberships.expire(kStart + seconds(200)));
  CHECK(memberships.expire(kStart + seconds(255)));
  CHECK(memberships.build()->empty());
}

TEST_CASE("group memberships: reports reach the local host where it asks or nobody does") {
  GroupMemberships memberships;
  CHECK(memberships.build()->reports_to_host(false));
  memberships.from_remote(general_query(), kRouter, kStart);
  CHECK(memberships.build()->snooping(false));
  CHECK_FALSE(memberships.build()->reports_to_host(false));
  CHECK(memberships.build()->reports_to_host(true));
  SECTION("the host asks") {
    CHECK(memberships.from_host(general_query(), kStart + 1));
  }
  SECTION("the host is a router") {
    CHECK(memberships.from_host(hello(), kStart + 1));
  }
  SECTION("nobody does any more") {
    CHECK(memberships.expire(kStart + seconds(255)));
  }
  CHECK(memberships.build()->reports_to_host(false));
}

TEST_CASE("group memberships: routers get every known group for 255 s") {
  auto memberships = snooping();
  memberships.from_remote(join(kGroup), kA, kStart);
  CHECK(memberships.from_remote(hello(), kB, kStart + 1));
  CHECK_FALSE(memberships.from_remote(hello(), kB, kStart + 2));
  CHECK(remotes(memberships, kGroup) == std::vector{kA, kB, kRouter});
  const auto routers = memberships.list_routers(false, kStart + 2);
  REQUIRE(routers.size() == 2);
  CHECK(routers[1].remote == kB);
  CHECK(routers[1].seconds_left == 255);
  memberships.from_remote(general_query(), kRouter, kStart + seconds(200));
  CHECK(memberships.expire(kStart + 2 + seconds(255)));
  CHECK(remotes(memberships, kGroup) == std::vector{kA, kRouter});
}

TEST_CASE("group memberships: a switch that asks without an address is a querier and no router") {
  GroupMemberships memberships;
  CHECK(memberships.from_remote(general_query(false, false), kRouter, kStart));
  memberships.from_remote(join(kGroup), kA, kStart);
  CHECK(remotes(memberships, kGroup) == std::vector{kA});
}

TEST_CASE("group memberships: a querier of one family says nothing of the other") {
  auto memberships = snooping();
  memberships.from_remote(join(kGroup), kA, kStart);
  CHECK_FALSE(memberships.from_remote(join(kGroupV6), kA, kStart));
  CHECK(remotes(memberships, kGroupV6).empty());
  CHECK(memberships.from_remote(general_query(true), kB, kStart));
  CHECK(remotes(memberships, kGroupV6) == std::vector{kA, kB});
  CHECK(remotes(memberships, kGroup) == std::vector{kA, kRouter});
}

TEST_CASE("group memberships: permanent entries stay until they are removed") {
  auto memberships = snooping();
  const MacAddress group_mac = mac("01:00:5e:01:01:01");
  CHECK(memberships.add_static(kGroup, kA) == Outcome::kAdded);
  CHECK(memberships.add_static(kGroup, kA) == Outcome::kExists);
  CHECK(memberships.add_static(group_mac, kB) == Outcome::kAdded);
  memberships.from_remote(join(kGroup), kA, kStart);
  memberships.from_remote(leave(kGroup), kA, kStart);
  memberships.expire(kStart + seconds(1000));
  CHECK(remotes(memberships, kGroup) == std::vector{kA});
  CHECK(remotes(memberships, group_mac) == std::vector{kB});
  memberships.from_remote(general_query(), kRouter, kStart + seconds(1000));
  CHECK(remotes(memberships, kGroup) == std::vector{kA, kRouter});
  CHECK(remotes(memberships, group_mac) == std::vector{kB});  // routers want IP groups
  CHECK(memberships.remove_static(kGroup, kA));
  CHECK_FALSE(memberships.remove_static(kGroup, kA));
  CHECK_FALSE(memberships.remove_static(group_mac, kA));
  CHECK(memberships.remove_static(group_mac, kB));
  CHECK(memberships.list(kStart).empty());
}

TEST_CASE("group memberships: what a remote reported outlives its permanent entry") {
  auto memberships = snooping();
  memberships.add_static(kGroup, kA);
  memberships.from_remote(join(kGroup), kA, kStart);
  CHECK(memberships.remove_static(kGroup, kA));
  CHECK(remotes(memberships, kGroup) == std::vector{kA, kRouter});
}

TEST_CASE("group memberships: only groups that can be tracked get permanent entries") {
  GroupMemberships memberships;
  for (const auto* text : {"224.0.0.251", "ff02::fb", "10.0.0.1", "fd00::1", "0.0.0.0"})
    CHECK(memberships.add_static(address(text), kA) == Outcome::kNotTracked);
  CHECK(memberships.add_static(mac("02:00:00:00:00:01"), kA) == Outcome::kNotTracked);
  memberships.from_remote(join(address("224.0.0.251")), kA, kStart);
  CHECK(memberships.list(kStart).empty());
}

TEST_CASE("group memberships: rows are in order, with the time that is left") {
  auto memberships = snooping();
  memberships.add_static(mac("01:00:5e:01:01:01"), kB);
  memberships.add_static(kGroup, kB);
  memberships.from_remote(join(kGroup), kA, kStart);
  memberships.from_remote(join(kGroup), kB, kStart + seconds(60));
  const auto rows = memberships.list(kStart + seconds(100));
  REQUIRE(rows.size() == 3);
  CHECK((rows[0].remote == kB && rows[0].permanent && rows[0].seconds_left == 220));
  CHECK((rows[1].remote == kA && !rows[1].permanent && rows[1].seconds_left == 160));
  CHECK((rows[2].group == MulticastGroup(mac("01:00:5e:01:01:01")) && !rows[2].seconds_left));
  CHECK(memberships.list(kStart + seconds(1000))[1].seconds_left == 0);  // before expire() came to it
}

TEST_CASE("group memberships: 4096 groups and no more") {
  auto memberships = snooping();
  for (std::uint32_t i = 0; i < 4096; ++i) CHECK(memberships.from_remote(join(group_number(i)), kA, kStart));
  CHECK(memberships.refused() == 0);
  CHECK_FALSE(memberships.from_remote(join(group_number(4096)), kA, kStart));
  CHECK(memberships.refused() == 1);
  CHECK(memberships.add_static(group_number(4096), kA) == Outcome::kFull);
  CHECK(memberships.add_static(group_number(4095), kB) == Outcome::kAdded);
  CHECK(memberships.from_remote(join(group_number(0)), kB, kStart));  // a known group takes members still
  CHECK(memberships.list(kStart).size() == 4098);
  CHECK(remotes(memberships, group_number(4096)).empty());
}

TEST_CASE("group memberships: a group of more than 64 remotes is flooded, so that none is starved") {
  auto memberships = snooping();
  for (std::uint32_t i = 0; i < 64; ++i) memberships.from_remote(join(kGroup), remote_number(i), kStart);
  CHECK(remotes(memberships, kGroup).size() == 65);
  CHECK(memberships.add_static(kGroup, remote_number(64)) == Outcome::kFull);
  CHECK(memberships.from_remote(join(kGroup), remote_number(64), kStart + seconds(10)));
  CHECK_FALSE(memberships.from_remote(join(kGroup), remote_number(65), kStart + seconds(20)));
  CHECK(memberships.refused() == 2);
  CHECK(memberships.list(kStart).size() == 64);
  CHECK(remotes(memberships, kGroup).empty());
  for (std::uint32_t i = 0; i < 64; ++i)
    memberships.from_remote(join(kGroup), remote_number(i), kStart + seconds(100));
  memberships.from_remote(general_query(), kRouter, kStart + seconds(100));
  CHECK_FALSE(memberships.expire(kStart + seconds(280) - 1));
  CHECK(memberships.expire(kStart + seconds(280)));
  CHECK(remotes(memberships, kGroup).size() == 65);
}

TEST_CASE("group memberships: with more than 64 routers all is flooded") {
  auto memberships = snooping();
  memberships.from_remote(join(kGroup), kA, kStart);
  for (std::uint32_t i = 1; i < 64; ++i) memberships.from_remote(hello(), remote_number(i), kStart);
  CHECK(remotes(memberships, kGroup).size() == 65);
  CHECK(memberships.from_remote(hello(), remote_number(64), kStart));
  CHECK(memberships.refused() == 1);
  CHECK(memberships.build()->empty());
  CHECK_FALSE(memberships.build()->snooping(false));
}

TEST_CASE("group memberships: after something was missed all is flooded until a querier asks again") {
  auto memberships = snooping();
  memberships.from_remote(general_query(true), kRouter, kStart);
  memberships.from_remote(join(kGroup), kA, kStart);
  memberships.from_remote(join(kGroupV6), kA, kStart);
  CHECK(memberships.miss());
  CHECK(memberships.build()->empty());
  CHECK_FALSE(memberships.miss());
  CHECK(memberships.from_remote(general_query(), kRouter, kStart + 1));
  CHECK(remotes(memberships, kGroup) == std::vector{kA, kRouter});
  CHECK(remotes(memberships, kGroupV6).empty());
}

TEST_CASE("group memberships: the clock may wrap round") {
  GroupMemberships memberships;
  const Tick start = 0xFFFF'FFFF - seconds(100);
  memberships.from_remote(general_query(), kRouter, start);
  memberships.from_remote(join(kGroup), kA, start);
  CHECK_FALSE(memberships.expire(start + seconds(200)));
  CHECK(memberships.list(start + seconds(200))[0].seconds_left == 60);
  CHECK(memberships.expire(start + seconds(260)));
  CHECK(memberships.list(start + seconds(260)).empty());
}
