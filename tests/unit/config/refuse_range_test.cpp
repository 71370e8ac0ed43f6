#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {
namespace {

/// A segment on trunk t0 to one remote, with `keys` before the rest.
std::string trunk(const std::string& keys, const std::string& more = {}) {
  return "  - {" + keys + ", tap: t0, peers: {mode: unicast, remote: 192.0.2.2}" + more + "}\n";
}

}  // namespace

TEST_CASE("config refuses: ranges that are none") {
  check_refusals({
      {"vni range reversed", kHead + trunk("vni: 20-10"), {"3:11: vni '20-10' is reversed; write 10-20"}},
      {"vni range out of range",
       kHead + trunk("vni: 1-16777216"),
       {"3:11: vni '1-16777216' is out of range; write a number from 0 to 16777215, or a range such as "
        "10000-10099"}},
      {"vni range with an open end",
       kHead + trunk("vni: 10-"),
       {"3:11: vni '10-' is neither a decimal number nor a range; write a number from 0 to 16777215, or a "
        "range such as 10000-10099"}},
      {"vlan too large",
       kHead + trunk("vni: 1, vlan: 4095"),
       {"3:20: vlan '4095' is out of range; write a number from 1 to 4094, or a range such as 10-19"}},
      {"vlan zero",
       kHead + trunk("vni: 1, vlan: 0"),
       {"3:20: vlan '0' is out of range; write a number from 1 to 4094, or a range such as 10-19"}},
      {"vlan range from zero",
       kHead + trunk("vni: 1-10, vlan: 0-9"),
       {"3:23: vlan '0-9' is out of range; write a number from 1 to 4094, or a range such as 10-19"}},
      {"vlan range reversed",
       kHead + trunk("vni: 1-10, vlan: 19-10"),
       {"3:23: vlan '19-10' is reversed; write 10-19"}},
      {"vlan a list",
       kHead + trunk("vni: 1, vlan: [10, 20]"),
       {"3:20: vlan is a list; write a number from 1 to 4094, or a range such as 10-19"}},
  });
}

TEST_CASE("config refuses: a range and what does not fit beside it") {
  check_refusals({
      {"vni range without vlan",
       kHead + trunk("vni: 10000-10099"),
       {"3:11: vni '10000-10099' is a range and the segment has no vlan; add `vlan:` with a range of 100 "
        "VIDs"}},
      {"vni range without vlan, too large for one",
       kHead + trunk("vni: 0-16777215"),
       {"3:11: vni '0-16777215' is a range and the segment has no vlan; write ranges of at most 4094 VNIs, "
        "each with a vlan range of its size"}},
      {"sizes differ",
       kHead + trunk("vni: 10000-10099, vlan: 10-19"),
       {"3:30: vlan '10-19' has 10 VIDs but vni '10000-10099' has 100 VNIs; write two ranges of one size"}},
      {"sizes differ, VNIs beyond all VIDs",
       kHead + trunk("vni: 0-16777215, vlan: 1-4094"),
       {"3:29: vlan '1-4094' has 4094 VIDs but vni '0-16777215' has 16777216 VNIs; write two ranges of one "
        "size"}},
      {"vlan range for one VNI",
       kHead + trunk("vni: 1, vlan: '10-19'"),
       {"3:20: vlan '10-19' has 10 VIDs but vni '1' has 1 VNI; write two ranges of one size"}},
      {"vni range for one VID",
       kHead + trunk("vni: 1-2, vlan: 10"),
       {"3:22: vlan '10' has 1 VID but vni '1-2' has 2 VNIs; write two ranges of one size"}},
      {"static entries",
       kHead +
           trunk("vni: 1-2, vlan: 1-2", ", fdb: {static: [{mac: '02:00:00:00:00:09', remote: 192.0.2.9}]}"),
       {"3:93: fdb.static cannot stand beside a range, as each belongs to one VNI; write that VNI as a "
        "segment of its own"}},
      {"neighbours",
       kHead + trunk("vni: 1-2, vlan: 1-2",
                     ", neighbour_suppression: true, neighbours: [{ip: 10.0.0.1, mac: '02:00:00:00:00:09'}]"),
       {"3:120: neighbours cannot stand beside a range, as each belongs to one VNI; write that VNI as a "
        "segment of its own"}},
      {"a name too long with the VNI behind it",
       kHead + trunk("vni: 10000-10001, vlan: 1-2, name: " + std::string(59, 'n')),
       {"3:41: name is 59 bytes long and each VNI of the range goes behind it; write at most 58"}},
  });
}

TEST_CASE("config refuses: a range in conflict, once and with the first that is") {
  check_refusals({
      {"VNIs",
       kHead + trunk("vni: 105, vlan: 1") + trunk("vni: 100-109, vlan: 10-19, name: more"),
       {"4:11: vni 105 is already on 192.0.2.1:4789 by line 3; use another VNI, port or local address"}},
      {"VNIs of two ranges",
       kHead + trunk("vni: 100-109, vlan: 10-19, name: a") + trunk("vni: 105-114, vlan: 20-29, name: b"),
       {"4:11: vni 105 is already on 192.0.2.1:4789 by line 3; use another VNI, port or local address"}},
      {"a VNI within a range above",
       kHead + trunk("vni: 100-109, vlan: 10-19") + trunk("vni: 109, vlan: 20, name: b"),
       {"4:11: vni 109 is already on 192.0.2.1:4789 by line 3; use another VNI, port or local address"}},
      {"VIDs",
       kHead + trunk("vni: 100-109, vlan: 10-19") + trunk("vni: 200-209, vlan: 15-24"),
       {"4:38: tap 't0' with vlan 15 is taken by the segment of line 3; give each segment a TAP or a vlan of "
        "its own"}},
      {"names",
       kHead + trunk("vni: 1, vlan: 1, name: blue-101") + trunk("vni: 100-109, vlan: 10-19, name: blue"),
       {"4:39: name 'blue-101' is taken by the segment of line 3; give it another name"}},
      {"default names",
       kHead + trunk("vni: 1, vlan: 1, name: vni-102") + trunk("vni: 100-109, vlan: 10-19"),
       {"4:5: segment name 'vni-102' is taken by the segment of line 3; give it another name"}},
      {"untagged twice beside a range",
       kHead + trunk("vni: 100-109, vlan: 10-19") + trunk("vni: 1") + trunk("vni: 2"),
       {"5:19: tap 't0' is taken by the segment of line 4; give each segment a TAP or a vlan of its own"}},
  });
}

}  // namespace vxtap::config
