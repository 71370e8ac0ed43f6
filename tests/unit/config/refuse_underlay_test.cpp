#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {

TEST_CASE("config refuses: values of underlay") {
  check_refusals({
      {"local missing",
       "segments:\n"
       "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"2:5: segment has no underlay.local; give this VTEP's address there or in the file's `underlay:`"}},
      {"local no address",
       "underlay: {local: host.example}\n" + kSegment,
       {"1:19: underlay.local 'host.example' is no IP address; write one such as 192.0.2.1 or 2001:db8::1"}},
      {"local multicast",
       "underlay: {local: 239.1.1.1}\n" + kSegment,
       {"1:19: underlay.local '239.1.1.1' is a multicast group; write an address of this host"}},
      {"local unspecified",
       "underlay: {local: 0.0.0.0}\n" + kSegment,
       {"1:19: underlay.local '0.0.0.0' is the unspecified address; write an address of this host"}},
      {"local without a value",
       "underlay:\n"
       "  local:\n"
       "  port: 4789\n" +
           kSegment,
       {"2:3: underlay.local has no value; write an address such as 192.0.2.1 or 2001:db8::1"}},
      {"local with a scope but global",
       "underlay: {local: 192.0.2.1%eth0}\n" + kSegment,
       {"1:19: underlay.local '192.0.2.1%eth0' has a scope but is not link-local; leave out %eth0"}},
      {"local link-local without scope or device",
       "underlay: {local: 'fe80::1'}\n"
       "segments:\n"
       "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: 'fe80::2'}}\n",
       {"1:19: underlay.local 'fe80::1' is link-local; write its interface too, as fe80::1%eth0"}},
      {"device no name",
       "underlay: {local: 192.0.2.1, device: eth/0}\n" + kSegment,
       {"1:38: underlay.device 'eth/0' has a character that interface names cannot have; leave out '/', ':', "
        "'%' and blanks"}},
      {"device other than the required one",
       "underlay: {local: 192.0.2.1, device: eth0, require_device: wg0}\n" + kSegment,
       {"1:60: underlay.require_device 'wg0' is not the device eth0, to which the sockets are bound; leave "
        "one "
        "of them out"}},
      {"required device no name",
       "underlay: {local: 192.0.2.1, require_device: eth/0}\n" + kSegment,
       {"1:46: underlay.require_device 'eth/0' has a character that interface names cannot have; leave out "
        "'/', "
        "':', '%' and blanks"}},
      {"port zero",
       "underlay: {local: 192.0.2.1, port: 0}\n" + kSegment,
       {"1:36: underlay.port 0 is out of range; write a number from 1 to 65535"}},
      {"port too large",
       "underlay: {local: 192.0.2.1, port: 65536}\n" + kSegment,
       {"1:36: underlay.port 65536 is out of range; write a number from 1 to 65535"}},
      {"port far too large",
       "underlay: {local: 192.0.2.1, port: 99999999999999999999999}\n" + kSegment,
       {"1:36: underlay.port 99999999999999999999999 is out of range; write a number from 1 to 65535"}},
      {"port negative",
       "underlay: {local: 192.0.2.1, port: -1}\n" + kSegment,
       {"1:36: underlay.port -1 is out of range; write a number from 1 to 65535"}},
      {"port with a leading zero",
       "underlay: {local: 192.0.2.1, port: 04789}\n" + kSegment,
       {"1:36: underlay.port '04789' is no decimal number; write a number from 1 to 65535"}},
      {"port a list",
       "underlay: {local: 192.0.2.1, port: [4789]}\n" + kSegment,
       {"1:36: underlay.port is a list; write a number from 1 to 65535"}},
      {"source_port reversed",
       "underlay: {local: 192.0.2.1, source_port: 65535-49152}\n" + kSegment,
       {"1:43: underlay.source_port '65535-49152' is reversed; write 49152-65535"}},
      {"source_port out of range",
       "underlay: {local: 192.0.2.1, source_port: 1-65536}\n" + kSegment,
       {"1:43: underlay.source_port '1-65536' is out of range; write a number from 1 to 65535, or a range "
        "such as 49152-65535"}},
      {"source_port no range",
       "underlay: {local: 192.0.2.1, source_port: high}\n" + kSegment,
       {"1:43: underlay.source_port 'high' is neither a decimal number nor a range; write a number from 1 to "
        "65535, or a range such as 49152-65535"}},
      {"ttl out of range",
       "underlay: {local: 192.0.2.1, ttl: 256}\n" + kSegment,
       {"1:35: underlay.ttl 256 is out of range; write auto, inherit or a number from 1 to 255"}},
      {"tos out of range, in hexadecimal",
       "underlay: {local: 192.0.2.1, tos: 0x100}\n" + kSegment,
       {"1:35: underlay.tos 0x100 is out of range; write inherit or a number from 0 to 255"}},
      {"tos out of range",
       "underlay: {local: 192.0.2.1, tos: 256}\n" + kSegment,
       {"1:35: underlay.tos 256 is out of range; write inherit or a number from 0 to 255"}},
      {"df unknown",
       "underlay: {local: 192.0.2.1, df: maybe}\n" + kSegment,
       {"1:34: underlay.df 'maybe' is no known word; write unset, set or inherit"}},
      {"df a boolean",
       "underlay: {local: 192.0.2.1, df: true}\n" + kSegment,
       {"1:34: underlay.df 'true' is no known word; write unset, set or inherit"}},
      {"flow_label out of range",
       "underlay: {local: '2001:db8::1', flow_label: 1048576}\nsegments:\n"
       "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: '2001:db8::2'}}\n",
       {"1:46: underlay.flow_label 1048576 is out of range; write auto or a number from 0 to 1048575"}},
      {"flow_label hexadecimal",
       "underlay: {local: '2001:db8::1', flow_label: 0x12345}\nsegments:\n"
       "  - {vni: 1, tap: t0, peers: {mode: unicast, remote: '2001:db8::2'}}\n",
       {"1:46: underlay.flow_label '0x12345' is no decimal number; write auto or a number from 0 to "
        "1048575"}},
      {"flow_label for IPv4",
       "underlay: {local: 192.0.2.1, flow_label: 7}\n" + kSegment,
       {"1:42: underlay.flow_label '7' is for IPv6 but underlay.local 192.0.2.1 is IPv4, which has no flow "
        "label; write auto"}},
      {"flow_label for IPv4, inherited",
       "underlay: {local: '2001:db8::1', flow_label: 0}\nsegments:\n"
       "  - {vni: 1, tap: t0, underlay: {local: 192.0.2.1}, peers: {mode: unicast, remote: 192.0.2.2}}\n",
       {"1:46: underlay.flow_label '0' is for IPv6 but underlay.local 192.0.2.1 is IPv4, which has no flow "
        "label; write auto"}},
      {"udp_checksum no boolean",
       "underlay: {local: 192.0.2.1, udp_checksum: 1}\n" + kSegment,
       {"1:44: underlay.udp_checksum '1' is neither true nor false; write one of them"}},
      {"udp_checksum quoted",
       "underlay: {local: 192.0.2.1, udp_checksum: 'true'}\n" + kSegment,
       {"1:44: underlay.udp_checksum is the quoted text 'true'; write true or false"}},
      {"reserved_bits no mask",
       "underlay: {local: 192.0.2.1, reserved_bits: lax}\n" + kSegment,
       {"1:45: underlay.reserved_bits 'lax' is no mask of the 64-bit header; write strict, ignore or a "
        "hexadecimal mask such as 0x8000000000000000"}},
      {"reserved_bits over the VNI",
       "underlay: {local: 192.0.2.1, reserved_bits: 0x100}\n" + kSegment,
       {"1:45: underlay.reserved_bits '0x100' covers the I flag or the VNI; keep it within "
        "0xf7ffffff000000ff"}},
      {"reserved_bits over the I flag",
       "underlay: {local: 192.0.2.1, reserved_bits: 0x0800000000000000}\n" + kSegment,
       {"1:45: underlay.reserved_bits '0x0800000000000000' covers the I flag or the VNI; keep it within "
        "0xf7ffffff000000ff"}},
      {"reserved_bits longer than the header",
       "underlay: {local: 192.0.2.1, reserved_bits: 0x10000000000000000}\n" + kSegment,
       {"1:45: underlay.reserved_bits '0x10000000000000000' is no mask of the 64-bit header; write strict, "
        "ignore or a hexadecimal mask such as 0x8000000000000000"}},
      {"accept unknown",
       "underlay: {local: 192.0.2.1, accept: all}\n" + kSegment,
       {"1:38: underlay.accept is the single value 'all'; write peers, any or a list of prefixes"}},
      {"accept empty",
       "underlay: {local: 192.0.2.1, accept: []}\n" + kSegment,
       {"1:38: underlay.accept is empty and would accept nobody; write peers or list prefixes"}},
      {"accept no prefix",
       "underlay: {local: 192.0.2.1, accept: [lan]}\n" + kSegment,
       {"1:39: underlay.accept[0] 'lan' is no prefix; write one such as 192.0.2.0/24 or 2001:db8::/32"}},
      {"accept length out of range",
       "underlay: {local: 192.0.2.1, accept: [192.0.2.0/33]}\n" + kSegment,
       {"1:39: underlay.accept[0] '192.0.2.0/33' has a prefix length out of range; write one from 0 to 32"}},
      {"accept IPv6 length out of range",
       "underlay: {local: 192.0.2.1, accept: ['2001:db8::/129']}\n" + kSegment,
       {"1:39: underlay.accept[0] '2001:db8::/129' has a prefix length out of range; write one from 0 to "
        "128"}},
      {"accept with host bits",
       "underlay: {local: 192.0.2.1, accept: [192.0.2.1/24]}\n" + kSegment,
       {"1:39: underlay.accept[0] '192.0.2.1/24' has bits behind its length; write 192.0.2.0/24"}},
      {"accept with IPv6 host bits",
       "underlay: {local: 192.0.2.1, accept: ['2001:db8::1/33']}\n" + kSegment,
       {"1:39: underlay.accept[0] '2001:db8::1/33' has bits behind its length; write 2001:db8::/33"}},
      {"accept of another family",
       "underlay: {local: 192.0.2.1, accept: [192.0.2.0/24, '2001:db8::/32']}\n" + kSegment,
       {"1:53: underlay.accept[1] '2001:db8::/32' is IPv6 but underlay.local 192.0.2.1 is IPv4; use one "
        "family"}},
  });
}

}  // namespace vxtap::config
