#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {

TEST_CASE("config refuses: what is not supported yet") {
  check_refusals({
      {"metrics",
       "metrics: {listen: '127.0.0.1:9478'}\n" + kValid,
       {"1:10: metrics: leave it out; this is not supported yet"}},
      {"require_device",
       "underlay: {local: 192.0.2.1, require_device: wg0}\n" + kSegment,
       {"1:46: underlay.require_device 'wg0': leave it out; this is not supported yet"}},
      {"ttl",
       "underlay: {local: 192.0.2.1, ttl: 64}\n" + kSegment,
       {"1:35: underlay.ttl '64': leave it at auto; this is not supported yet"}},
      {"ttl inherit",
       "underlay: {local: 192.0.2.1, ttl: inherit}\n" + kSegment,
       {"1:35: underlay.ttl 'inherit': leave it at auto; this is not supported yet"}},
      {"tos",
       "underlay: {local: 192.0.2.1, tos: 16}\n" + kSegment,
       {"1:35: underlay.tos '16': leave it at 0; this is not supported yet"}},
      {"tos inherit",
       "underlay: {local: 192.0.2.1, tos: inherit}\n" + kSegment,
       {"1:35: underlay.tos 'inherit': leave it at 0; this is not supported yet"}},
      {"df",
       "underlay: {local: 192.0.2.1, df: set}\n" + kSegment,
       {"1:34: underlay.df 'set': leave it at unset; this is not supported yet"}},
      {"reserved_bits",
       "underlay: {local: 192.0.2.1, reserved_bits: ignore}\n" + kSegment,
       {"1:45: underlay.reserved_bits 'ignore': leave it at strict; this is not supported yet"}},
      {"reserved_bits mask",
       "underlay: {local: 192.0.2.1, reserved_bits: 0xf7ffffff000000ff}\n" + kSegment,
       {"1:45: underlay.reserved_bits '0xf7ffffff000000ff': leave it at strict; this is not supported yet"}},
      {"ttl of a segment",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, underlay: {ttl: 1}}\n",
       {"3:82: underlay.ttl '1': leave it at auto; this is not supported yet"}},
      {"vni range",
       kHead + "  - {vni: 10000-10099, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:11: vni '10000-10099': write a segment for each VNI; this is not supported yet"}},
      {"vlan",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, vlan: 10}\n",
       {"3:72: vlan '10': leave it out and give the segment a TAP of its own; this is not supported yet"}},
      {"neighbour_suppression",
       kHead +
           "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, neighbour_suppression: true}\n",
       {"3:89: neighbour_suppression 'true': leave it at false; this is not supported yet"}},
      {"neighbours",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, neighbours: [{ip: "
               "10.100.0.2, mac: '02:00:00:00:01:02'}]}\n",
       {"3:78: neighbours: leave it out; this is not supported yet"}},
      {"storm_control",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, storm_control: {broadcast: "
               "1000, multicast: 1000, unknown_unicast: 1000}}\n",
       {"3:81: storm_control: leave it out; this is not supported yet"}},
      {"learn_port",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {learn_port: true}}\n",
       {"3:84: fdb.learn_port 'true': leave it at false; this is not supported yet"}},
  });
}

}  // namespace vxtap::config
