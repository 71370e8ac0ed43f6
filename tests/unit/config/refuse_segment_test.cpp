#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {

TEST_CASE("config refuses: values of segments and taps") {
  check_refusals({
      {"vni missing",
       kHead + "  - {tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:5: segment has no vni; add `vni: NUMBER`"}},
      {"vni out of range",
       kHead + "  - {vni: 16777216, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:11: vni '16777216' is out of range; write a number from 0 to 16777215, or a range such as "
        "10000-10099"}},
      {"vni hexadecimal",
       kHead + "  - {vni: 0x2a, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:11: vni '0x2a' is neither a decimal number nor a range; write a number from 0 to 16777215, or a "
        "range such as 10000-10099"}},
      {"vni negative",
       kHead + "  - {vni: -1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:11: vni '-1' is neither a decimal number nor a range; write a number from 0 to 16777215, or a "
        "range such as 10000-10099"}},
      {"tap name that the kernel keeps for itself",
       kHead + "  - {vni: 1, tap: all, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:19: tap 'all' cannot name an interface; choose another name"}},
      {"IPv6 address and an MTU too small for it",
       kHead + "  - {vni: 1, tap: {name: t0, mtu: 1000, addresses: ['fd00::1/64']}, peers: {mode: unicast, "
               "remote: 192.0.2.2}}\n",
       {"3:19: tap has an IPv6 address and mtu 1000; IPv6 needs at least 1280"}},
      {"no checksum from the listening port",
       kHead +
           "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, underlay: {source_port: 4789, "
           "udp_checksum: false}}\n",
       {"3:5: segment has udp_checksum off and sends from its listening port 4789, which also serves "
        "segments "
        "with checksums; give it another source_port"}},
      {"name empty",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, name: ''}\n",
       {"3:72: name is empty; write a name, or leave the key out for vni-N"}},
      {"name too long",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, name: "
               "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn}\n",
       {"3:72: name is 65 bytes long; write at most 64"}},
      {"name not printable",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, name: \"a\\x07b\"}\n",
       {"3:72: name 'a?b' has characters that cannot be printed; leave them out"}},
      {"name twice",
       kHead + "  - {vni: 1, name: a, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n"
               "  - {vni: 2, name: a, tap: t1, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"4:20: name 'a' is taken by the segment of line 3; give it another name"}},
      {"name taken by a default",
       kHead + "  - {vni: 1, name: vni-2, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n"
               "  - {vni: 2, tap: t1, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"4:5: segment name 'vni-2' is taken by the segment of line 3; give it another name"}},
      {"one VNI twice",
       kHead + "  - {vni: 1, name: a, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n"
               "  - {vni: 1, name: b, tap: t1, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"4:11: vni 1 is already on 192.0.2.1:4789 by line 3; use another VNI, port or local address"}},
      {"one VNI twice, once bound to a device",
       kHead + "  - {vni: 1, name: a, tap: t0, underlay: {device: eth0}, peers: {mode: unicast, remote: "
               "192.0.2.2}}\n"
               "  - {vni: 1, name: b, tap: t1, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"4:11: vni 1 is already on 192.0.2.1:4789 by line 3; use another VNI, port or local address"}},
      {"storm_control zero",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, storm_control: {broadcast: "
               "0}}\n",
       {"3:93: storm_control.broadcast 0 would let no frame pass; write a number from 1 to 4294967295, or "
        "leave the key out for no limit"}},
      {"storm_control out of range",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, storm_control: "
               "{unknown_unicast: 4294967296}}\n",
       {"3:99: storm_control.unknown_unicast 4294967296 is out of range; write a number from 1 to "
        "4294967295"}},
      {"storm_control with a unit",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, storm_control: {multicast: "
               "1k}}\n",
       {"3:93: storm_control.multicast '1k' is no decimal number; write a number from 1 to 4294967295"}},
      {"storm_control one number",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, storm_control: 1000}\n",
       {"3:81: storm_control is the single value '1000'; write keys such as `broadcast:`"}},
      {"multicast_snooping no boolean",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}, multicast_snooping: igmp}\n",
       {"3:86: multicast_snooping 'igmp' is neither true nor false; write one of them"}},
      {"tap missing",
       kHead + "  - {vni: 1, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:5: segment has no tap; add `tap: NAME`"}},
      {"tap without a name",
       kHead + "  - {vni: 1, tap: {mtu: 1400}, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:19: tap has no name; add `name: NAME`"}},
      {"tap a list",
       kHead + "  - {vni: 1, tap: [t0], peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:19: tap is a list; write the name of the TAP, or a map with `name:`"}},
      {"tap empty",
       kHead + "  - {vni: 1, tap: '', peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:19: tap '' is empty; write the name of an interface"}},
      {"tap too long",
       kHead + "  - {vni: 1, tap: sixteen-letters-, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:19: tap 'sixteen-letters-' is 16 bytes long; interface names have at most 15"}},
      {"tap with a slash",
       kHead + "  - {vni: 1, tap: a/b, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:19: tap 'a/b' has a character that interface names cannot have; leave out '/', ':', '%' and "
        "blanks"}},
      {"tap with a blank",
       kHead + "  - {vni: 1, tap: 'a b', peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:19: tap 'a b' has a character that interface names cannot have; leave out '/', ':', '%' and "
        "blanks"}},
      {"tap with a colon",
       kHead + "  - {vni: 1, tap: 'a:b', peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:19: tap 'a:b' has a character that interface names cannot have; leave out '/', ':', '%' and "
        "blanks"}},
      {"tap that the kernel would number",
       kHead + "  - {vni: 1, tap: tap%d, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:19: tap 'tap%d' has a character that interface names cannot have; leave out '/', ':', '%' and "
        "blanks"}},
      {"tap dot",
       kHead + "  - {vni: 1, tap: '.', peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:19: tap '.' cannot name an interface; choose another name"}},
      {"tap dots",
       kHead + "  - {vni: 1, tap: {name: ..}, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:26: tap.name '..' cannot name an interface; choose another name"}},
      {"mtu too small",
       kHead + "  - {vni: 1, tap: {name: t0, mtu: 67}, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:35: tap.mtu 67 is out of range; write auto or a number from 68 to 65521"}},
      {"mtu too large",
       kHead + "  - {vni: 1, tap: {name: t0, mtu: 65522}, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:35: tap.mtu 65522 is out of range; write auto or a number from 68 to 65521"}},
      {"mac multicast",
       kHead + "  - {vni: 1, tap: {name: t0, mac: '01:00:5e:00:00:01'}, peers: {mode: unicast, remote: "
               "192.0.2.2}}\n",
       {"3:35: tap.mac '01:00:5e:00:00:01' is a multicast address; write a unicast address or auto"}},
      {"mac no address",
       kHead + "  - {vni: 1, tap: {name: t0, mac: 02-00}, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:35: tap.mac '02-00' is no MAC address; write six octets such as 02:00:00:00:00:09"}},
      {"address no list",
       kHead + "  - {vni: 1, tap: {name: t0, addresses: 10.0.0.1/24}, peers: {mode: unicast, remote: "
               "192.0.2.2}}\n",
       {"3:41: tap.addresses is the single value '10.0.0.1/24'; write a list such as [10.100.0.1/24, "
        "\"fd00:100::1/64\"]"}},
      {"address length out of range",
       kHead + "  - {vni: 1, tap: {name: t0, addresses: [10.0.0.1/33]}, peers: {mode: unicast, remote: "
               "192.0.2.2}}\n",
       {"3:42: tap.addresses[0] '10.0.0.1/33' has a prefix length out of range; write one from 0 to 32"}},
      {"address multicast",
       kHead + "  - {vni: 1, tap: {name: t0, addresses: [224.0.0.1/24]}, peers: {mode: unicast, remote: "
               "192.0.2.2}}\n",
       {"3:42: tap.addresses[0] '224.0.0.1/24' is a multicast group; write a host's address"}},
      {"address twice",
       kHead + "  - {vni: 1, tap: {name: t0, addresses: [10.0.0.1/24, 10.0.0.1/24]}, peers: {mode: unicast, "
               "remote: 192.0.2.2}}\n",
       {"3:55: tap.addresses[1] '10.0.0.1/24' stands in the list twice; remove one"}},
      {"master no name",
       kHead + "  - {vni: 1, tap: {name: t0, master: a-much-too-long-name}, peers: {mode: unicast, remote: "
               "192.0.2.2}}\n",
       {"3:38: tap.master 'a-much-too-long-name' is 20 bytes long; interface names have at most 15"}},
      {"up no boolean",
       kHead + "  - {vni: 1, tap: {name: t0, up: maybe}, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:34: tap.up 'maybe' is neither true nor false; write one of them"}},
      {"queues out of range",
       kHead + "  - {vni: 1, tap: {name: t0, queues: 65}, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:38: tap.queues 65 is out of range; write auto or a number from 1 to 64"}},
      {"owner empty",
       kHead + "  - {vni: 1, tap: {name: t0, owner: ''}, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:37: tap.owner is empty; name a user or leave the key out"}},
      {"offload unknown",
       kHead + "  - {vni: 1, tap: {name: t0, offload: on}, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"3:39: tap.offload 'on' is no known word; write auto or off"}},
      {"one TAP for two segments",
       kHead + "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n"
               "  - {vni: 2, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"4:19: tap 't0' is taken by the segment of line 3; give each segment a TAP or a vlan of its own"}},
      {"one TAP and vlan for two segments",
       kHead + "  - {vni: 1, tap: t0, vlan: 7, peers: {mode: unicast, remote: 192.0.2.2}}\n"
               "  - {vni: 2, tap: t0, vlan: 7, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"4:19: tap 't0' with vlan 7 is taken by the segment of line 3; give each segment a TAP or a vlan of "
        "its own"}},
      {"one TAP with two settings",
       kHead + "  - {vni: 1, tap: {name: t0}, peers: {mode: unicast, remote: 192.0.2.2}}\n"
               "  - {vni: 2, tap: {name: t0, mtu: 1400}, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"4:26: tap.name 't0' has other settings at line 3; write them once and `tap: t0` elsewhere",
        "4:26: tap.name 't0' is taken by the segment of line 3; give each segment a TAP or a vlan of its "
        "own"}},
  });
}

}  // namespace vxtap::config
