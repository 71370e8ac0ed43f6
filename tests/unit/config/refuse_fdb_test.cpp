#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {

TEST_CASE("config refuses: values of fdb") {
  check_refusals({
      {"learning no boolean",
       kHead +
           "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {learning: sometimes}}\n",
       {"3:82: fdb.learning 'sometimes' is neither true nor false; write one of them"}},
      {"ageing without a unit",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {ageing: 300}}\n",
       {"3:80: fdb.ageing '300' has no unit; write 300s for seconds, or use us, ms, m or h"}},
      {"ageing with an unknown unit",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {ageing: 3d}}\n",
       {"3:80: fdb.ageing '3d' is no duration; write one such as 500ms, 30s, 5m or 1h"}},
      {"ageing no duration",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {ageing: never}}\n",
       {"3:80: fdb.ageing 'never' is no duration; write one such as 500ms, 30s, 5m or 1h"}},
      {"ageing with a fraction",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {ageing: 1.5s}}\n",
       {"3:80: fdb.ageing '1.5s' is no duration; write one such as 500ms, 30s, 5m or 1h"}},
      {"ageing too long",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {ageing: 8761h}}\n",
       {"3:80: fdb.ageing 8761h is out of range; write at most 8760h"}},
      {"ageing far too long",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {ageing: "
               "99999999999999999999h}}\n",
       {"3:80: fdb.ageing 99999999999999999999h is out of range; write at most 8760h"}},
      {"ageing too fine",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {ageing: 1500us}}\n",
       {"3:80: fdb.ageing 1500us is finer than a millisecond; write whole ms"}},
      {"limit zero",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {limit: 0}}\n",
       {"3:79: fdb.limit 0 is out of range; write a number from 1 to 16777216"}},
      {"limit too large",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {limit: 16777217}}\n",
       {"3:79: fdb.limit 16777217 is out of range; write a number from 1 to 16777216"}},
      {"learn_port no boolean",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {learn_port: 4789}}\n",
       {"3:84: fdb.learn_port '4789' is neither true nor false; write one of them"}},
      {"unknown_unicast unknown",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {unknown_unicast: "
               "reject}}\n",
       {"3:89: fdb.unknown_unicast 'reject' is no known word; write flood or drop"}},
      {"static no list",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {static: {}}}\n",
       {"3:80: fdb.static is a map; write a list of {mac: ADDRESS, remote: ADDRESS}"}},
      {"static entry no map",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {static: [x]}}\n",
       {"3:81: fdb.static[0] is the single value 'x'; write keys such as `mac:`"}},
      {"static entry without a value",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {static: [~]}}\n",
       {"3:81: fdb.static[0] has no value; write {mac: ADDRESS, remote: ADDRESS}"}},
      {"static entry incomplete",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {static: [{mac: "
               "'02:00:00:00:00:09'}, {remote: 192.0.2.9}]}}\n",
       {"3:81: fdb.static[0] has no remote; add `remote: ADDRESS`",
        "3:109: fdb.static[1] has no mac; add `mac: ADDRESS`"}},
      {"static MAC no address",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {static: [{mac: host, "
               "remote: 192.0.2.9}]}}\n",
       {"3:87: fdb.static[0].mac 'host' is no MAC address; write six octets such as 02:00:00:00:00:09"}},
      {"static MAC multicast",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {static: [{mac: "
               "'33:33:00:00:00:01', remote: 192.0.2.9}]}}\n",
       {"3:87: fdb.static[0].mac '33:33:00:00:00:01' is a multicast address; write one host's address; "
        "flooded frames go to peers.remotes"}},
      {"static MAC zero",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {static: [{mac: "
               "'00:00:00:00:00:00', remote: 192.0.2.9}]}}\n",
       {"3:87: fdb.static[0].mac '00:00:00:00:00:00' is the all-zero address; write one host's address; "
        "flooded frames go to peers.remotes"}},
      {"static MAC twice",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {static: [{mac: "
               "'02:00:00:00:00:09', remote: 192.0.2.9}, {mac: '02-00-00-00-00-09', remote: 192.0.2.8}]}}\n",
       {"3:134: fdb.static[1].mac '02-00-00-00-00-09' has an entry at line 3; keep one of them"}},
      {"static remote multicast",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {static: [{mac: "
               "'02:00:00:00:00:09', remote: 239.1.1.1}]}}\n",
       {"3:116: fdb.static[0].remote '239.1.1.1' is a multicast group; write a host's address, or use mode "
        "multicast-group"}},
      {"static remote local",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {static: [{mac: "
               "'02:00:00:00:00:09', remote: 192.0.2.1}]}}\n",
       {"3:116: fdb.static[0].remote '192.0.2.1' is this VTEP's own underlay.local; write the other end's "
        "address"}},
      {"static remote of another family",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {static: [{mac: "
               "'02:00:00:00:00:09', remote: '2001:db8::9'}]}}\n",
       {"3:116: fdb.static[0].remote '2001:db8::9' is IPv6 but underlay.local 192.0.2.1 is IPv4; use one "
        "family"}},
      {"more static entries than the limit",
       kHead +
           "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, fdb: {limit: 1, static: [{mac: "
           "'02:00:00:00:00:08', remote: 192.0.2.9}, {mac: '02:00:00:00:00:09', remote: 192.0.2.9}]}}\n",
       {"3:90: fdb.static has 2 entries but fdb.limit is 1; raise the limit"}},
  });
}

}  // namespace vxtap::config
