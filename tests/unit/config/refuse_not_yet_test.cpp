#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {

TEST_CASE("config refuses: what is not supported yet") {
  check_refusals({
      {"require_device",
       "underlay: {local: 192.0.2.1, require_device: wg0}\n" + kSegment,
       {"1:46: underlay.require_device 'wg0': leave it out; this is not supported yet"}},
      {"require_device of a segment",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, underlay: {require_device: "
               "wg0}}\n",
       {"3:93: underlay.require_device 'wg0': leave it out; this is not supported yet"}},
  });
}

}  // namespace vxtap::config
