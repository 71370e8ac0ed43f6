#include "vxtap/neighbours.hpp"

#include "neighbour_values.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

using Role = NeighbourRole;

/// O clear in a neighbour advertisement.
NeighbourClaim yielding(NeighbourClaim claim) {
  claim.overrides = false;
  return claim;
}

std::optional<MacAddress> mac_of(const NeighbourTable& table, const VtepAddress& ip, Tick now = kBoundAt) {
  const auto found = table.find(ip, now);
  if (!found) return std::nullopt;
  CHECK(found->binding.ip == ip);
  return found->binding.mac;
}

}  // namespace

TEST_CASE("neighbours: a snooped binding follows the newest claim") {
  NeighbourTable table(10);
  CHECK_FALSE(table.find(kBoundIp, kBoundAt));
  table.snoop(claim(kBoundIp, kBoundMac), kBoundAt);
  CHECK(mac_of(table, kBoundIp) == kBoundMac);
  table.snoop(claim(kBoundIp, kOtherMac), kBoundAt);
  CHECK(mac_of(table, kBoundIp) == kOtherMac);
  CHECK(table.list().size() == 1);
  CHECK_FALSE(table.find(address("10.100.0.3"), kBoundAt));
  CHECK_FALSE(table.find(address("fd00::2"), kBoundAt));
}

TEST_CASE("neighbours: a claim that does not override leaves another MAC, and refreshes its own") {
  NeighbourTable table(10);
  table.set_ageing(100);
  table.snoop(yielding(claim(kBoundIp, kBoundMac)), kBoundAt);
  table.snoop(yielding(claim(kBoundIp, kOtherMac, Role::kRouter)), kBoundAt + 50);
  CHECK(mac_of(table, kBoundIp) == kBoundMac);
  CHECK(table.find(kBoundIp, kBoundAt)->role == Role::kUnknown);
  CHECK_FALSE(table.find(kBoundIp, kBoundAt + 101));

  table.snoop(yielding(claim(kBoundIp, kBoundMac)), kBoundAt + 90);
  CHECK(mac_of(table, kBoundIp, kBoundAt + 190) == kBoundMac);
  table.snoop(yielding(claim(kBoundIp, kOtherMac)), kBoundAt + 191);  // nobody is left to yield to
  CHECK(mac_of(table, kBoundIp, kBoundAt + 191) == kOtherMac);
}

TEST_CASE("neighbours: a configured binding neither ages nor moves") {
  NeighbourTable table(10);
  table.set_ageing(1);
  table.snoop(claim(kBoundIp, kOtherMac), kBoundAt);
  table.configure(std::vector<Binding>{{kBoundIp, kBoundMac}});
  table.snoop(claim(kBoundIp, kOtherMac, Role::kRouter), kBoundAt);
  table.withdraw(claim(kBoundIp, kOtherMac));
  table.clear_snooped();
  CHECK(table.expire(kBoundAt + 1'000'000) == 0);
  CHECK(mac_of(table, kBoundIp, kBoundAt + 1'000'000) == kBoundMac);
  const auto row = table.find(kBoundIp, kBoundAt);
  CHECK(row->configured);
  CHECK(row->role == Role::kUnknown);
}

TEST_CASE("neighbours: configuring replaces what was configured and keeps what was snooped") {
  NeighbourTable table(10);
  const auto old = address("fd00::1"), kept = address("fd00::2"), snooped = address("fd00::3");
  table.configure(std::vector<Binding>{{old, kBoundMac}, {kept, kBoundMac}});
  table.snoop(claim(snooped, kOtherMac), kBoundAt);
  table.snoop(claim(kept, kBoundMac, Role::kRouter), kBoundAt);
  table.configure(std::vector<Binding>{{kept, kBoundMac}, {kBoundIp, kBoundMac}, {kBoundIp, kOtherMac}});
  CHECK_FALSE(table.find(old, kBoundAt));
  CHECK(mac_of(table, snooped) == kOtherMac);
  CHECK(table.find(kept, kBoundAt)->role == Role::kRouter);
  CHECK(mac_of(table, kBoundIp) == kOtherMac);  // the later of the two
  table.configure(std::vector<Binding>{{kept, kOtherMac}});
  CHECK(table.find(kept, kBoundAt)->role == Role::kUnknown);  // of another node
}

TEST_CASE("neighbours: what is not known of a role changes nothing but of another MAC") {
  NeighbourTable table(10);
  table.snoop(claim(kBoundIp, kBoundMac, Role::kRouter), kBoundAt);
  table.snoop(claim(kBoundIp, kBoundMac), kBoundAt);
  CHECK(table.find(kBoundIp, kBoundAt)->role == Role::kRouter);
  table.snoop(claim(kBoundIp, kBoundMac, Role::kHost), kBoundAt);
  CHECK(table.find(kBoundIp, kBoundAt)->role == Role::kHost);
  table.snoop(claim(kBoundIp, kOtherMac), kBoundAt);
  CHECK(table.find(kBoundIp, kBoundAt)->role == Role::kUnknown);
}

TEST_CASE("neighbours: a snooped binding ages from when it was last heard, over the clock's end, too") {
  for (const Tick heard : {Tick{1000}, Tick{0xFFFF'FFF0}}) {
    NeighbourTable table(10);
    table.set_ageing(100);
    table.snoop(claim(kBoundIp, kBoundMac), heard - 50);
    table.snoop(claim(kBoundIp, kBoundMac), heard);
    INFO("heard at " << heard);
    CHECK(table.expire(heard + 100) == 0);
    CHECK(table.find(kBoundIp, heard - 20));  // a reader whose clock is behind
    CHECK(table.find(kBoundIp, heard + 100));
    CHECK_FALSE(table.find(kBoundIp, heard + 101));
    CHECK(table.list().size() == 1);
    table.set_ageing(0);
    CHECK(table.find(kBoundIp, heard + 1'000'000));
    table.set_ageing(100);
    CHECK(table.expire(heard + 101) == 1);
    CHECK(table.list().empty());
  }
}

TEST_CASE("neighbours: a full table refuses new addresses and counts them; known ones still move") {
  NeighbourTable table(2);
  table.configure(std::vector<Binding>{{address("fd00::1"), kBoundMac}});
  for (const auto number : {1U, 2U, 3U}) table.snoop(claim(numbered(number), kBoundMac), kBoundAt);
  CHECK(table.refused() == 1);
  CHECK_FALSE(table.find(numbered(3), kBoundAt));
  table.snoop(claim(numbered(2), kOtherMac), kBoundAt);
  CHECK(mac_of(table, numbered(2)) == kOtherMac);
  CHECK(table.refused() == 1);

  SECTION("a withdrawn one makes room") {
    table.withdraw(claim(numbered(1), kOtherMac));
  }
  SECTION("an aged one makes room") {
    table.set_ageing(10);
    table.snoop(claim(numbered(2), kOtherMac), kBoundAt + 11);
    CHECK(table.expire(kBoundAt + 11) == 1);
  }
  SECTION("clearing makes room") {
    table.clear_snooped();
  }
  SECTION("one that is configured from now on makes room") {
    table.configure(std::vector<Binding>{{numbered(1), kBoundMac}});
  }
  table.snoop(claim(numbered(3), kBoundMac), kBoundAt + 11);
  CHECK(mac_of(table, numbered(3), kBoundAt + 11) == kBoundMac);
  CHECK(table.refused() == 1);
}

TEST_CASE("neighbours: a table for none refuses all") {
  NeighbourTable table(0);
  table.snoop(claim(kBoundIp, kBoundMac), kBoundAt);
  CHECK(table.refused() == 1);
  CHECK(table.list().empty());
}

TEST_CASE("neighbours: an address that moved to the local host is forgotten") {
  NeighbourTable table(10);
  table.snoop(claim(kBoundIp, kBoundMac), kBoundAt);
  table.withdraw(claim(address("10.100.0.3"), kOtherMac));
  table.withdraw(claim(kBoundIp, kBoundMac));  // the host moved here with its MAC
  table.withdraw(yielding(claim(kBoundIp, kOtherMac)));
  CHECK(mac_of(table, kBoundIp) == kBoundMac);
  table.withdraw(claim(kBoundIp, kOtherMac));
  CHECK_FALSE(table.find(kBoundIp, kBoundAt));
}
