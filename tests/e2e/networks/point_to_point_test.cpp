#include "lab/everyday.hpp"
#include "lab/example.hpp"
#include "lab/setting.hpp"

using namespace vxtap::lab;

namespace {

constexpr auto kNetwork = "point-to-point";

/// VNI 42 is of the one family and VNI 1 of the other, so that one pair of files has both.
struct Site {
  explicit Site(Peer peer) : near(wire.host(0), example(kNetwork, "h1")) {
    if (peer == Peer::kVxtapd) {
      far.emplace(wire.host(1), example(kNetwork, "h2"));
      return;
    }
    add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
    add_kernel_vxlan(
        wire.host(1),
        {.self = 1, .family = Family::kIpv6, .vni = 1, .device = "vx1", .port = 8472, .network = 1},
        "remote 2001:db8::1");
  }

  Wire wire{2};
  Vxtapd near;
  std::optional<Vxtapd> far;
};

}  // namespace

TEST_CASE("point-to-point: both segments carry everyday traffic") {
  Site site(GENERATE(Peer::kVxtapd, Peer::kKernel));
  check_everyday_traffic({site.wire.host(0), "10.42.0.1"}, {site.wire.host(1), "10.42.0.2"});
  check_everyday_traffic({site.wire.host(0), "10.1.0.1"}, {site.wire.host(1), "10.1.0.2"});
}
