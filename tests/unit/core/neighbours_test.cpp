#include "vxtap/neighbours.hpp"

#include "neighbour_values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

const VtepAddress kIp = address("10.100.0.2");
const MacAddress kMac = mac("02:00:00:00:01:02");
const MacAddress kOther = mac("02:00:00:00:01:03");
constexpr Tick kNow = 1000;
using Role = NeighbourRole;

/// O clear in a neighbour advertisement.
NeighbourClaim yielding(NeighbourClaim claim) {
  claim.overrides = false;
  return claim;
}

std::optional<MacAddress> mac_of(const NeighbourTable& table, const VtepAddress& ip, Tick now = kNow) {
  const auto found = table.find(ip, now);
  if (!found) return std::nullopt;
  CHECK(found->binding.ip == ip);
  return found->binding.mac;
}

}  // namespace

TEST_CASE("neighbours: a snooped binding follows the newest claim") {
  NeighbourTable table(10);
  CHECK_FALSE(table.find(kIp, kNow));
  table.snoop(claim(kIp, kMac), kNow);
  CHECK(mac_of(table, kIp) == kMac);
  table.snoop(claim(kIp, kOther), kNow);
  CHECK(mac_of(table, kIp) == kOther);
  CHECK(table.list().size() == 1);
  CHECK_FALSE(table.find(address("10.100.0.3"), kNow));
  CHECK_FALSE(table.find(address("fd00::2"), kNow));
}

TEST_CASE("neighbours: a claim that does not override leaves another MAC, and refreshes its own") {
  NeighbourTable table(10);
  table.set_ageing(100);
  table.snoop(yielding(claim(kIp, kMac)), kNow);
  table.snoop(yielding(claim(kIp, kOther, Role::kRouter)), kNow + 50);
  CHECK(mac_of(table, kIp) == kMac);
  CHECK(table.find(kIp, kNow)->role == Role::kUnknown);
  CHECK_FALSE(table.find(kIp, kNow + 101));

  table.snoop(yielding(claim(kIp, kMac)), kNow + 90);
  CHECK(mac_of(table, kIp, kNow + 190) == kMac);
  table.snoop(yielding(claim(kIp, kOther)), kNow + 191);  // nobody is left to yield to
  CHECK(mac_of(table, kIp, kNow + 191) == kOther);
}

TEST_CASE("neighbours: a configured binding neither ages nor moves") {
  NeighbourTable table(10);
  table.set_ageing(1);
  table.snoop(claim(kIp, kOther), kNow);
  table.configure(std::vector<Binding>{{kIp, kMac}});
  table.snoop(claim(kIp, kOther, Role::kRouter), kNow);
  table.withdraw(claim(kIp, kOther));
  table.clear_snooped();
  CHECK(table.expire(kNow + 1'000'000) == 0);
  CHECK(mac_of(table, kIp, kNow + 1'000'000) == kMac);
  const auto row = table.find(kIp, kNow);
  CHECK(row->configured);
  CHECK(row->role == Role::kUnknown);
}

TEST_CASE("neighbours: configuring replaces what was configured and keeps what was snooped") {
  NeighbourTable table(10);
  const auto old = address("fd00::1"), kept = address("fd00::2"), snooped = address("fd00::3");
  table.configure(std::vector<Binding>{{old, kMac}, {kept, kMac}});
  table.snoop(claim(snooped, kOther), kNow);
  table.snoop(claim(kept, kMac, Role::kRouter), kNow);
  table.configure(std::vector<Binding>{{kept, kMac}, {kIp, kMac}, {kIp, kOther}});
  CHECK_FALSE(table.find(old, kNow));
  CHECK(mac_of(table, snooped) == kOther);
  CHECK(table.find(kept, kNow)->role == Role::kRouter);
  CHECK(mac_of(table, kIp) == kOther);  // the later of the two
  table.configure(std::vector<Binding>{{kept, kOther}});
  CHECK(table.find(kept, kNow)->role == Role::kUnknown);  // of another node
}

TEST_CASE("neighbours: what is not known of a role changes nothing but of another MAC") {
  NeighbourTable table(10);
  table.snoop(claim(kIp, kMac, Role::kRouter), kNow);
  table.snoop(claim(kIp, kMac), kNow);
  CHECK(table.find(kIp, kNow)->role == Role::kRouter);
  table.snoop(claim(kIp, kMac, Role::kHost), kNow);
  CHECK(table.find(kIp, kNow)->role == Role::kHost);
  table.snoop(claim(kIp, kOther), kNow);
  CHECK(table.find(kIp, kNow)->role == Role::kUnknown);
}

TEST_CASE("neighbours: a snooped binding ages from when it was last heard, over the clock's end, too") {
  for (const Tick heard : {Tick{1000}, Tick{0xFFFF'FFF0}}) {
    NeighbourTable table(10);
    table.set_ageing(100);
    table.snoop(claim(kIp, kMac), heard - 50);
    table.snoop(claim(kIp, kMac), heard);
    INFO("heard at " << heard);
    CHECK(table.expire(heard + 100) == 0);
    CHECK(table.find(kIp, heard - 20));  // a reader whose clock is behind
    CHECK(table.find(kIp, heard + 100));
    CHECK_FALSE(table.find(kIp, heard + 101));
    CHECK(table.list().size() == 1);
    table.set_ageing(0);
    CHECK(table.find(kIp, heard + 1'000'000));
    table.set_ageing(100);
    CHECK(table.expire(heard + 101) == 1);
    CHECK(table.list().empty());
  }
}

TEST_CASE("neighbours: a full table refuses new addresses and counts them; known ones still move") {
  NeighbourTable table(2);
  table.configure(std::vector<Binding>{{address("fd00::1"), kMac}});
  for (const std::uint32_t number : {1, 2, 3}) table.snoop(claim(numbered(number), kMac), kNow);
  CHECK(table.refused() == 1);
  CHECK_FALSE(table.find(numbered(3), kNow));
  table.snoop(claim(numbered(2), kOther), kNow);
  CHECK(mac_of(table, numbered(2)) == kOther);
  CHECK(table.refused() == 1);

  SECTION("a withdrawn one makes room") {
    table.withdraw(claim(numbered(1), kOther));
  }
  SECTION("an aged one makes room") {
    table.set_ageing(10);
    table.snoop(claim(numbered(2), kOther), kNow + 11);
    CHECK(table.expire(kNow + 11) == 1);
  }
  SECTION("clearing makes room") {
    table.clear_snooped();
  }
  SECTION("one that is configured from now on makes room") {
    table.configure(std::vector<Binding>{{numbered(1), kMac}});
  }
  table.snoop(claim(numbered(3), kMac), kNow + 11);
  CHECK(mac_of(table, numbered(3), kNow + 11) == kMac);
  CHECK(table.refused() == 1);
}

TEST_CASE("neighbours: a table for none refuses all") {
  NeighbourTable table(0);
  table.snoop(claim(kIp, kMac), kNow);
  CHECK(table.refused() == 1);
  CHECK(table.list().empty());
}

TEST_CASE("neighbours: an address that moved to the local host is forgotten") {
  NeighbourTable table(10);
  table.snoop(claim(kIp, kMac), kNow);
  table.withdraw(claim(address("10.100.0.3"), kOther));
  table.withdraw(claim(kIp, kMac));  // the host moved here with its MAC
  table.withdraw(yielding(claim(kIp, kOther)));
  CHECK(mac_of(table, kIp) == kMac);
  table.withdraw(claim(kIp, kOther));
  CHECK_FALSE(table.find(kIp, kNow));
}
