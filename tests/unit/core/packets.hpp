#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "support/printing.hpp"
#include "support/values.hpp"
#include "vxtap/forwarder.hpp"

namespace vxtap::test {

inline const VtepAddress kLocal = address("192.0.2.1");
inline const VtepAddress kPeer = address("192.0.2.2");
inline const MacAddress kAlice = mac("02:00:00:00:00:0a");
inline const MacAddress kBob = mac("02:00:00:00:00:0b");

/// A segment with VNI 100 on TAP 3 of endpoint 2, which a case changes as it likes before it asks.
struct Situation {
  Segment segment;
  std::shared_ptr<TapState> tap = std::make_shared<TapState>();
  Fdb fdb{1};
  Endpoint endpoint{.id = 2, .local = kLocal};

  Situation() {
    segment.key = {.endpoint = 2, .vni = vni(100)};
    segment.tap = 3;
    segment.local = kLocal;
    segment.flood_list = {{kPeer, kVxlanPort}};
    segment.port = kVxlanPort;
    segment.send_profile = 9;
    segment.accept = SourcePolicy::any();
    segment.state = std::make_shared<SegmentState>(1);
    segment.tap_state = tap;
    tap->up = true;
    tap->mac = 0x02'00'00'00'FF'FF;
    tap->mtu = 1450;
  }

  SegmentTable table() const { return SegmentTable({segment}); }
  void enter(const MacAddress& mac, const Remote& remote, FdbState state) {
    REQUIRE(fdb.put({{segment.key, mac}, remote, state, FdbOrigin::kConfig, 0}, segment.state->fdb));
  }
  std::vector<FdbEntry> rows() const {
    std::vector<FdbEntry> all;
    fdb.for_each([&](const FdbEntry& entry) { all.push_back(entry); });
    return all;
  }
};

inline bool same_rows(const std::vector<FdbEntry>& a, const std::vector<FdbEntry>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const FdbEntry& x, const FdbEntry& y) {
    return x.key == y.key && x.remote == y.remote && x.state == y.state && x.heard == y.heard;
  });
}

}  // namespace vxtap::test
