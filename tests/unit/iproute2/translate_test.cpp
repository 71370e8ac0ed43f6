#include "iproute2/translate.hpp"

#include "support/catch.hpp"
#include "support/printing.hpp"
#include "support/values.hpp"
#include "translated.hpp"

using namespace vxtap;
using namespace vxtap::iproute2;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("from iproute2: the paragraph of a guide") {
  const auto result = translated(R"(# On host 1:
$ sudo modprobe vxlan
$ sudo ip link add vxlan100 \
      type vxlan id 100 dstport 4789 local 192.0.2.1 dev eth0 nolearning
sudo ip link set vxlan100 up && sudo ip link set vxlan100 master br0
for peer; do :; done
bridge fdb append to 00:00:00:00:00:00 dst 192.0.2.2 dev vxlan100   # host 2
/sbin/bridge fdb append 00:00:00:00:00:00 dst 192.0.2.3 dev vxlan100
ip link add link eth0 name vxlan200 type vxlan id 200 dstport 4789 local 192.0.2.1 dev eth0 remote 192.0.2.2
ip route add 10.0.0.0/8 dev vxlan200
)");
  REQUIRE(result.config.segments.size() == 2);
  CHECK(result.segment(0).peers.remotes == std::vector{test::remote("192.0.2.2"), test::remote("192.0.2.3")});
  CHECK(result.segment(0).tap.master == "br0");
  CHECK_FALSE(result.segment(0).fdb.learning);
  CHECK(result.segment(1).vni == test::vni(200));
  CHECK(result.segment(1).tap.name == "vxlan200");
  for (const auto& left_out : {"sudo modprobe vxlan", "do :", "ip route add 10.0.0.0/8 dev vxlan200"})
    CHECK_THAT(result.warnings, ContainsSubstring("`" + std::string(left_out) + "` is left out: "));
}

TEST_CASE("from iproute2: commands about other devices are named, and do nothing") {
  for (const std::string command :
       {"ip link add br0 type bridge", "ip link set eth0 mtu 1600", "ip addr add 192.0.2.1/24 dev eth0",
        "bridge fdb append 00:00:00:00:00:00 dev w0 dst 192.0.2.2", "brctl addbr br0",
        "ip link add g0 type gretap"}) {
    const auto result = translated(std::string(kLine).append("\n").append(command));
    INFO(result.warnings);
    std::string expected = "ip:2:1: warning: `";
    expected.append(command).append("` is left out: it is not about a vxlan device");
    CHECK_THAT(result.warnings, ContainsSubstring(expected));
    CHECK(result.config == translated(kLine).config);
  }
}

TEST_CASE("from iproute2: namespaces are where vxtapd has to be started") {
  for (const std::string wrapper : {"sudo -E ip netns exec red ", "ip netns exec red sudo "})
    CHECK_THAT(translated(wrapper + kLine).warnings, ContainsSubstring("ip netns exec red vxtapd"));
  CHECK_THAT(translated("ip -n red" + kLine.substr(2)).warnings, ContainsSubstring("network namespace"));
  CHECK(translated("ip -6 -d" + kLine.substr(2)).warnings.empty());
}

TEST_CASE("from iproute2: abbreviations") {
  const auto whole =
      translated(kLine + "remote 192.0.2.2\nip address add 10.0.0.1/24 dev v0\nip link set v0 down");
  const auto brief = translated(
      "ip l a v0 t vxlan i 42 dst 4789 l 192.0.2.1 r 192.0.2.2\nip a a 10.0.0.1/24 dev v0\n"
      "ip l s v0 down");
  CHECK(whole.config == brief.config);
}
