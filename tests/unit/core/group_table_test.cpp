#include "vxtap/group_table.hpp"

#include "support/catch.hpp"
#include "support/printing.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace vxtap::test;

TEST_CASE("group table: groups of one link are not tracked, nor what is no group") {
  for (const auto* text : {"224.0.1.0", "224.0.1.1", "224.1.0.1", "225.0.0.1", "232.1.1.1", "239.255.255.250",
                           "ff03::1", "ff05::1:3", "ff08::1", "ff0e::1", "ff15::1", "ff35:40:2001:db8::1"}) {
    INFO(text);
    CHECK(is_tracked_group(address(text)));
  }
  for (const auto* text : {"224.0.0.0", "224.0.0.1", "224.0.0.251", "224.0.0.255", "ff02::1",
                           "ff02::1:ff00:1", "ff01::1", "ff00::1", "ff12::1", "ff32::1", "10.0.0.1",
                           "223.255.255.255", "240.0.0.1", "fe80::1", "0.0.0.0", "::"}) {
    INFO(text);
    CHECK_FALSE(is_tracked_group(address(text)));
  }
}

TEST_CASE("group table: an empty one knows nothing and leaves all to flooding") {
  const GroupTable table;
  CHECK(table.empty());
  CHECK(table.by_ip(address("239.1.1.1")) == nullptr);
  CHECK(table.by_mac(mac("01:00:5e:01:01:01")) == nullptr);
  for (const bool v6 : {false, true}) {
    CHECK_FALSE(table.snooping(v6));
    CHECK(table.reports_to_host(v6));
  }
}

TEST_CASE("group table: groups and MAC addresses have their remotes, all others are flooded") {
  std::vector<GroupTable::Entry> entries;
  for (int i = 255; i >= 0; i -= 2) {  // neither sorted nor without gaps
    const auto octet = static_cast<std::uint8_t>(i);
    const Remote to = remote("192.0.2." + std::to_string(i));
    entries.push_back({VtepAddress::from_v4({239, 1, 1, octet}), {to}});
    entries.push_back({VtepAddress::from_v6({0xFF, 5, octet}), {to, remote("192.0.2.254")}});
    entries.push_back({MacAddress::from_u64(0x01'00'00'00'00'00U | octet), {to}});
  }
  const GroupTable table(entries, {}, {});
  for (int i = 0; i < 256; ++i) {
    INFO(i);
    const auto octet = static_cast<std::uint8_t>(i);
    const auto* v4 = table.by_ip(VtepAddress::from_v4({239, 1, 1, octet}));
    const auto* v6 = table.by_ip(VtepAddress::from_v6({0xFF, 5, octet}));
    const auto* by_mac = table.by_mac(MacAddress::from_u64(0x01'00'00'00'00'00U | octet));
    const bool known = i % 2 == 1;
    REQUIRE((v4 != nullptr) == known);
    REQUIRE((v6 != nullptr) == known);
    REQUIRE((by_mac != nullptr) == known);
    if (!known) continue;
    const Remote to = remote("192.0.2." + std::to_string(i));
    CHECK(*v4 == std::vector{to});
    CHECK(*v6 == std::vector{to, remote("192.0.2.254")});
    CHECK(*by_mac == std::vector{to});
  }
  CHECK_FALSE(table.empty());
}

TEST_CASE("group table: entries for groups that are always flooded are left out") {
  const GroupTable table({{address("224.0.0.251"), {remote("192.0.2.1")}},
                          {address("ff02::fb"), {remote("192.0.2.1")}},
                          {address("10.0.0.1"), {remote("192.0.2.1")}}},
                         {}, {});
  CHECK(table.by_ip(address("224.0.0.251")) == nullptr);
  CHECK(table.by_ip(address("ff02::fb")) == nullptr);
  CHECK(table.empty());
}

TEST_CASE("group table: the families are told apart") {
  const GroupTable table({}, {.snooping = true, .reports_to_host = false},
                         {.snooping = false, .reports_to_host = true});
  CHECK(table.snooping(false));
  CHECK_FALSE(table.reports_to_host(false));
  CHECK_FALSE(table.snooping(true));
  CHECK(table.reports_to_host(true));
}
