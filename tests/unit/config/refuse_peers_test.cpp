#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {

TEST_CASE("config refuses: peers that do not fit") {
  check_refusals({
      {"peers missing",
       kHead + "  - {vni: 1, tap: t0}\n",
       {"3:5: segment has no peers; add `peers: {mode: unicast, remote: ADDRESS}` or another mode"}},
      {"peers a word",
       kHead + "  - {vni: 1, tap: t0, peers: unicast}\n",
       {"3:30: peers is the single value 'unicast'; write keys such as `mode:`"}},
      {"mode missing",
       kHead + "  - {vni: 1, tap: t0, peers: {remotes: [192.0.2.2]}}\n",
       {"3:30: peers has no mode; add `mode: static-flood`"}},
      {"mode unknown",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: multicast, group: 239.1.1.1}}\n",
       {"3:37: peers.mode 'multicast' is no known word; write unicast, multicast-group or static-flood"}},
      {"remote missing",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast}}\n",
       {"3:30: peers has no remote; mode unicast needs `remote: ADDRESS`"}},
      {"remotes for unicast",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remotes: [192.0.2.2]}}\n",
       {"3:55: peers.remotes is for mode static-flood; mode unicast takes `remote: ADDRESS`"}},
      {"remote for static-flood",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: static-flood, remote: 192.0.2.2}}\n",
       {"3:59: peers.remote is for mode unicast; mode static-flood takes `remotes: [ADDRESS, ...]`"}},
      {"group beside a remote",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2, group: 239.1.1.1}}\n",
       {"3:72: peers.group is for mode multicast-group; mode unicast takes `remote: ADDRESS`"}},
      {"remote no address",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: host.example}}\n",
       {"3:54: peers.remote 'host.example' is no address with or without a port; write one such as "
        "192.0.2.2, \"192.0.2.2:4789\" or \"[2001:db8::2]:4789\""}},
      {"remote IPv6 with a port but no brackets",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: '[2001:db8::2'}}\n",
       {"3:54: peers.remote '[2001:db8::2' is no address with or without a port; write one such as "
        "192.0.2.2, \"192.0.2.2:4789\" or \"[2001:db8::2]:4789\""}},
      {"remote port out of range",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: '192.0.2.2:65536'}}\n",
       {"3:54: peers.remote '192.0.2.2:65536' has a port out of range; write a port from 1 to 65535 or "
        "none"}},
      {"remote port zero",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: '192.0.2.2:0'}}\n",
       {"3:54: peers.remote '192.0.2.2:0' has a port out of range; write a port from 1 to 65535 or none"}},
      {"remote multicast",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 239.1.1.1}}\n",
       {"3:54: peers.remote '239.1.1.1' is a multicast group; write a host's address, or use mode "
        "multicast-group"}},
      {"remote unspecified",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 0.0.0.0}}\n",
       {"3:54: peers.remote '0.0.0.0' is the unspecified address; write a host's address"}},
      {"remote broadcast",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 255.255.255.255}}\n",
       {"3:54: peers.remote '255.255.255.255' is the broadcast address; write a host's address"}},
      {"remote is the local address",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.1}}\n",
       {"3:54: peers.remote '192.0.2.1' is this VTEP's own underlay.local; write the other end's address"}},
      {"remote is the local address with another port",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: '192.0.2.1:8472'}}\n",
       {"3:54: peers.remote '192.0.2.1:8472' is this VTEP's own underlay.local; write the other end's "
        "address"}},
      {"remote of another family",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: '2001:db8::2'}}\n",
       {"3:54: peers.remote '2001:db8::2' is IPv6 but underlay.local 192.0.2.1 is IPv4; use one family"}},
      {"one remote of another family",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: static-flood, remotes: [192.0.2.2, '2001:db8::2']}}\n",
       {"3:72: peers.remotes[1] '2001:db8::2' is IPv6 but underlay.local 192.0.2.1 is IPv4; use one family"}},
      {"remotes no list",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: static-flood, remotes: 192.0.2.2}}\n",
       {"3:60: peers.remotes is the single value '192.0.2.2'; write a list such as [192.0.2.2, "
        "\"192.0.2.3:8472\"]"}},
      {"remote twice",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: static-flood, remotes: [192.0.2.2, '192.0.2.2:4789']}}\n",
       {"3:72: peers.remotes[1] '192.0.2.2:4789' stands in the list twice; remove one"}},
      {"remote multicast in a list",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: static-flood, remotes: [192.0.2.2, 239.1.1.1]}}\n",
       {"3:72: peers.remotes[1] '239.1.1.1' is a multicast group; write a host's address, or use mode "
        "multicast-group"}},
      {"remote with a scope but global",
       "underlay: {local: '2001:db8::1'}\n"
       "segments:\n"
       "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: '2001:db8::2%eth0'}}\n",
       {"3:54: peers.remote '2001:db8::2%eth0' has a scope but is not link-local; leave out %eth0"}},
      {"remote on another link",
       "underlay: {local: 'fe80::1%eth0'}\n"
       "segments:\n"
       "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 'fe80::2%eth1'}}\n",
       {"3:54: peers.remote 'fe80::2%eth1' is on another link than underlay.local; write %eth0 or leave the "
        "scope out"}},
      {"remote on no link",
       "underlay: {local: '2001:db8::1'}\n"
       "segments:\n"
       "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 'fe80::2'}}\n",
       {"3:54: peers.remote 'fe80::2' is link-local; set underlay.device to its interface"}},
      {"group not multicast",
       "underlay: {local: 192.0.2.1, device: eth0, accept: any}\n"
       "segments:\n"
       "  - {vni: 1, tap: t0, peers: {mode: multicast-group, group: 192.0.2.2}}\n",
       {"3:61: peers.group '192.0.2.2' is no multicast group; write one such as 239.1.1.1 or ff0e::1, or use "
        "mode unicast"}},
      {"group of another family",
       "underlay: {local: 192.0.2.1, device: eth0, accept: any}\n"
       "segments:\n"
       "  - {vni: 1, tap: t0, peers: {mode: multicast-group, group: 'ff0e::1'}}\n",
       {"3:61: peers.group 'ff0e::1' is IPv6 but underlay.local 192.0.2.1 is IPv4; use one family"}},
      {"group without a device",
       "underlay: {local: 192.0.2.1, accept: any}\n"
       "segments:\n"
       "  - {vni: 1, tap: t0, peers: {mode: multicast-group, group: 239.1.1.1}}\n",
       {"3:61: peers.group has no interface to join on; set underlay.device"}},
  });
}

}  // namespace vxtap::config
