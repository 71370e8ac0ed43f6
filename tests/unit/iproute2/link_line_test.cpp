#include "iproute2/link_line.hpp"

#include "support/catch.hpp"
#include "support/printing.hpp"
#include "support/values.hpp"
#include "translated.hpp"

using namespace vxtap;
using namespace vxtap::iproute2;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string kVxlan = " type vxlan id 42 dstport 4789 local 192.0.2.1 dev eth0";

}  // namespace

TEST_CASE("from iproute2: the link options that have a key") {
  const auto tap =
      translated("ip link add name v0 mtu 1400 address 2:0:0:0:0:9 master br0 up" + kVxlan).segment().tap;
  CHECK(tap.name == "v0");
  CHECK(tap.mtu == 1400U);
  CHECK(tap.mac == test::mac("02:00:00:00:00:09"));
  CHECK(tap.master == "br0");
  CHECK(tap.up);
  CHECK(translated("ip link add v0 vrf red" + kVxlan).segment().tap.master == "red");
  CHECK_FALSE(translated("ip link add v0 down" + kVxlan).segment().tap.up);
  CHECK_THAT(translated("ip link add v0 mtu 65535" + kVxlan).warnings, ContainsSubstring("65521"));
}

TEST_CASE("from iproute2: every other link option is named, once, and in the file as well") {
  for (const auto& option : link_options()) {
    if (option.left_out.empty()) continue;
    std::string words(option.form);
    const auto result = translated(std::string("ip link add v0 ").append(words).append(kVxlan));
    INFO(words << "\n" << result.warnings);
    const std::string expected = std::string(option.word()) + " is left out: ";
    CHECK_THAT(result.warnings, ContainsSubstring("warning: " + expected));
    CHECK(std::count(result.warnings.begin(), result.warnings.end(), '\n') == 1);
    CHECK_THAT(result.yaml, ContainsSubstring("\n# - " + expected));
  }
}

TEST_CASE("from iproute2: a device without a name gets the kernel's") {
  const auto config = translated("ip link add" + kVxlan +
                                 "\nip link add type vxlan id 43 dev eth0 dstport 4789 local 192.0.2.1")
                          .config;
  REQUIRE(config.segments.size() == 2);
  CHECK(config.segments[0].tap.name == "vxlan0");
  CHECK(config.segments[1].tap.name == "vxlan1");
}

TEST_CASE("from iproute2: `ip link set` changes the device, in each of its forms") {
  const std::string add = "ip link add v0" + kVxlan + "\n";
  CHECK_FALSE(translated(add + "ip link set dev v0 down").segment().tap.up);
  CHECK_FALSE(translated(add + "ip link set down v0").segment().tap.up);
  CHECK_FALSE(translated(add + "ip l s down dev v0").segment().tap.up);
  CHECK(translated(add + "ip link set v0 mtu 1300 up").segment().tap.mtu == 1300U);
  CHECK(translated(add + "ip link set v0 address 02:00:00:00:00:07").segment().tap.mac ==
        test::mac("02:00:00:00:00:07"));
  CHECK(translated(add + "ip link set v0 master br0").segment().tap.master == "br0");
  CHECK(translated(add + "ip link set v0 master br0; ip link set v0 nomaster").segment().tap.master == "");
  CHECK(translated(add + "brctl addif br0 v0").segment().tap.master == "br0");
  CHECK(translated(add + "ip link set v0 type vxlan ttl 7").segment().underlay.outer.ttl_value == 7);
  CHECK_THAT(translated(add + "ip link set v0 name w0").warnings, ContainsSubstring("name w0 is left out"));
}

TEST_CASE("from iproute2: addresses") {
  const auto result = translated("ip link add v0" + kVxlan +
                                 "\nip addr add 10.42.0.1/24 brd + dev v0\nip -6 a a fd00::1/64 dev v0 nodad"
                                 "\nip a a 10.42.0.9 dev v0");
  using Address = config::InterfaceAddress;
  CHECK(result.segment().tap.addresses == std::vector<Address>{{test::address("10.42.0.1"), 24},
                                                               {test::address("fd00::1"), 64},
                                                               {test::address("10.42.0.9"), 32}});
  CHECK_THAT(result.warnings, ContainsSubstring("nodad is left out"));
}

TEST_CASE("from iproute2: neighbours of a proxy") {
  const std::string neighbour = "\nip neigh add 10.42.0.2 lladdr 02:00:00:00:01:02 dev v0 nud permanent";
  const auto with = translated("ip link add v0" + kVxlan + " proxy" + neighbour);
  CHECK(with.segment().neighbours ==
        std::vector<config::Neighbour>{{test::address("10.42.0.2"), test::mac("02:00:00:00:01:02")}});
  const auto without = translated("ip link add v0" + kVxlan + neighbour);
  CHECK(without.segment().neighbours.empty());
  CHECK_THAT(without.warnings, ContainsSubstring("the neighbour 10.42.0.2 is left out"));
}
