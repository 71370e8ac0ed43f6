#include "lab/bridged_pair.hpp"
#include "lab/everyday.hpp"
#include "lab/traffic.hpp"

using namespace vxtap::lab;

namespace {

const BridgedPair::Network kNetwork{
    .example = "bridge-and-tap", .bridge = "br42", .device = "vx42", .vni = 42};

/// Two namespaces on each host.
struct Site : BridgedPair {
  explicit Site(const Setting& setting, unsigned mtu = 0, const std::string& tap_key = "")
      : BridgedPair(kNetwork, setting, tap_key) {
    for (std::size_t i = 0; i < 4; ++i) {
      Host& guest = plug(i / 2, overlay_address(i, Family::kIpv4) + "/24", mtu);
      guest.ip("addr add " + overlay_address(i, Family::kIpv6) + "/64 dev eth0 nodad");
    }
  }

  Station station(std::size_t guest, Family family) {
    return {guests.at(guest), overlay_address(guest, family)};
  }
};

}  // namespace

TEST_CASE("bridge-and-tap: all pairs of four namespaces on two hosts reach each other") {
  const Setting setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  for (std::size_t from = 0; from < 4; ++from)
    for (std::size_t to = 0; to < 4; ++to)
      for (const auto family : {Family::kIpv4, Family::kIpv6}) {
        CAPTURE(from, to);
        if (from != to) CHECK(reaches(site.guests[from], overlay_address(to, family)));
      }
  for (const auto family : {Family::kIpv4, Family::kIpv6})
    check_everyday_traffic(site.station(0, family), site.station(3, family));
}

// A bridge passes on whole bursts of any MTU, but drops a single packet that is too big for the port: a
// sender that cuts its bursts itself, as a physical station does, shows what the MTUs are worth.
TEST_CASE("bridge-and-tap: packets of every namespace fit, or their sender is told what does") {
  const auto underlay = GENERATE(Family::kIpv4, Family::kIpv6);
  const bool big = GENERATE(false, true);
  CAPTURE(underlay, big);
  Site site({Peer::kVxtapd, underlay}, big ? 1500 : 0, big ? "mtu: 1500" : "");
  for (const std::size_t guest : {0U, 3U}) site.guests[guest].must("ethtool -K eth0 tx off tso off gso off");
  for (const auto family : {Family::kIpv4, Family::kIpv6})
    check_everyday_traffic(site.station(0, family), site.station(3, family));
}
