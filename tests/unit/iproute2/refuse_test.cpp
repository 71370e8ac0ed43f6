#include "support/catch.hpp"
#include "translated.hpp"

using namespace vxtap::iproute2;

namespace {

struct Refusal {
  std::string commands;
  std::string expected;  ///< all that is said
};

void check(const std::vector<Refusal>& refusals, Verdict verdict) {
  for (const Refusal& row : refusals) {
    INFO(row.commands);
    CHECK(refusal(row.commands, verdict) == "ip:" + row.expected + "\n");
  }
}

}  // namespace

TEST_CASE("from iproute2: what iproute2 or the kernel refuses is named with its place and the mend") {
  const std::string second = kLine + "\n";
  check(
      {
          {kLine + "lokal 1", "1:62: 'lokal' is no option of vxlan; did you mean 'local'?"},
          {kLine + "zzz", "1:62: 'zzz' is no option of vxlan; leave it out or correct it"},
          {kLine + "mtu 1400", "1:62: 'mtu' belongs before `type vxlan`; move it there"},
          {kLine + "ttl", "1:62: 'ttl' lacks a value; write `ttl TTL`"},
          {kLine + "srcport 5", "1:62: 'srcport' lacks a value; write `srcport MIN MAX`"},
          {kLine + "ttl 256", "1:66: '256' is no TTL; write a number from 0 to 255"},
          {kLine + "ttl ten", "1:66: 'ten' is no TTL; write a number from 0 to 255"},
          {kLine + "df 1", "1:65: '1' is no value of df; write unset, set or inherit"},
          {kLine + "tos 184",
           "1:66: '184' is no ToS; write inherit, a name such as EF, or a number from 0 to ff, which "
           "iproute2 takes "
           "for hexadecimal"},
          {kLine + "srcport 9 5", "1:70: srcport is reversed; write 5 9"},
          {kLine + "id 43", "1:62: 'id' is given a second time; keep one of them"},
          {kLine + "learning nolearning",
           "1:71: 'nolearning' cannot stand beside 'learning'; keep one of them"},
          {kLine + "group 239.1.1.1 remote 192.0.2.2 dev eth0",
           "1:78: 'remote' cannot stand beside 'group'; keep one of them"},
          {kLine + "group 239.1.1.1", "1:62: 'group' has no interface to join on; add `dev DEVICE`"},
          {kLine + "group 192.0.2.2", "1:68: '192.0.2.2' is no multicast group; write `remote` before it"},
          {kLine + "remote 239.1.1.1", "1:69: '239.1.1.1' is a multicast group; write `group` before it"},
          {kLine + "remote host",
           "1:69: 'host' is no IP address; write one such as 192.0.2.1 or 2001:db8::1"},
          {kLine + "remote 2001:db8::2", "1:52: '192.0.2.1' and '2001:db8::2' are of two families; use one"},
          {kLine + "flowlabel 5", "1:72: a flow label is for IPv6, and `local` is IPv4; leave it out"},
          {kLineV6 + "flowlabel 0x100000",
           "1:74: '0x100000' is no flow label; write a number from 0 to 1048575"},
          {kLine + "external", "1:62: 'external' cannot stand beside a VNI; keep one of them"},
          {kLine + "vnifilter", "1:62: 'vnifilter' is for a device with `external`; leave it out"},
          {kLine + "gpe", "1:62: 'gpe' is for a device with `external`; leave it out"},
          {kLine + "reserved_bits 0x0800000000000000",
           "1:76: '0x0800000000000000' is no mask of reserved bits; keep it within 0xf7ffffff000000ff"},
          {"ip link add v0 type vxlan local 192.0.2.1 dstport 4789",
           "1:13: the vxlan device 'v0' has no VNI; add `id VNI`"},
          {"ip link add v0 type vxlan id 16777216",
           "1:30: '16777216' is no VNI; write a number from 0 to 16777215"},
          {"ip link add v0 type vxlan id 1 dstport 4789 local fe80::1 remote fe80::2",
           "1:51: link-local addresses need an interface; add `dev DEVICE`"},
          {"ip link add v0 type vxlan id 1 local 239.1.1.1",
           "1:38: '239.1.1.1' is a multicast group; write an address of this host"},
          {"ip link add a-name-of-16-bytes type vxlan id 1",
           "1:13: 'a-name-of-16-bytes' is no name of an interface; write one of at most 15 characters"},
          {"ip link add v0 w0 type vxlan id 1",
           "1:16: 'w0' is no option of ip link; leave it out or correct it"},
          {"ip link add v0 address 01:00:00:00:00:01 type vxlan id 1",
           "1:24: '01:00:00:00:00:01' is no unicast address; write one such as 02:00:00:00:00:01"},
          {"ip link add v0 address 02:00 type vxlan id 1",
           "1:24: '02:00' is no MAC address; write six octets such as 02:00:00:00:00:09"},
          {"ip link add v0 mtu 60 type vxlan id 1", "1:20: '60' is no MTU; write a number from 68 to 65535"},
          {second + "ip link add v0 type vxlan id 43 dstport 4789 local 192.0.2.1",
           "2:13: 'v0' is there already; give the device another name"},
          {second + "ip link add v1 type vxlan id 42 dstport 4789 local 192.0.2.3",
           "2:30: VNI 42 is that of 'v0' on the same port; give one of them another `id` or `dstport`"},
          {second + "ip addr add 10.0.0.1/33 dev v0",
           "2:13: '10.0.0.1/33' is no address with its prefix length; write one such as 10.42.0.1/24 or "
           "fd00:42::1/64"},
          {second + "ip addr add 10.0.0.1/24 dev v0; ip a a 10.0.0.1/24 dev v0",
           "2:40: '10.0.0.1/24' is given a second time; keep one of them"},
          {second + "bridge fdb add 02:00:00:00:00:09 dev v0",
           "2:16: '02:00:00:00:00:09' has no remote; add `dst ADDRESS`"},
          {second + "bridge fdb add 02:00:00:00:00:09 dev v0 dst 2001:db8::2",
           "2:45: '2001:db8::2' is of another family than the device's `local`"},
          {second + "bridge fdb add 02:00:00:00:00:09 dev v0 dst 192.0.2.2 stiky",
           "2:55: 'stiky' is no option of bridge fdb; did you mean 'sticky'?"},
          {kLine + "remote 192.0.2.2\nbridge fdb add 00:00:00:00:00:00 dev v0 dst 192.0.2.3",
           "2:16: '00:00:00:00:00:00' has an entry already (File exists); write append for the flood list, "
           "or replace"},
          {kLine + "remote 192.0.2.2\nbridge fdb replace 00:00:00:00:00:00 dev v0 dst 192.0.2.3",
           "2:20: '00:00:00:00:00:00' is the flood list, which cannot be replaced; write append"},
          {"ip link add 'v0 type vxlan", "1:13: the quote that begins here does not end; close it"},
          {"ip link \x04", "1:9: control character 0x04 in the file; remove it"},
      },
      Verdict::kWrongCommand);
}

TEST_CASE("from iproute2: what no configuration can say is refused with the mend") {
  check(
      {
          {"ip link add v0 type vxlan id 1 remote 192.0.2.2",
           "1:13: the vxlan device 'v0' has no local address, which the kernel would choose by route and "
           "vxtapd must "
           "be told; add `local ADDRESS`, which `ip route get 192.0.2.2` shows as src"},
          {"ip link add v0 type vxlan id 1 local any group 239.1.1.1 dev eth0",
           "1:13: the vxlan device 'v0' has no local address, which the kernel would choose by route and "
           "vxtapd must "
           "be told; add `local ADDRESS`, which `ip route get REMOTE` shows as src"},
          {"ip link add v0 type vxlan external vnifilter dstport 4789",
           "1:27: 'external' leaves VNI and remote to routes and tc; write a command with `id`, `local` and "
           "`remote` "
           "for each VNI, or segments with `vlan` on one TAP (see vxtapd.yaml(5))"},
          {"ip link add v0 type vxlan external gpe",
           "1:36: 'gpe' carries packets without an Ethernet header, which vxtapd does not; keep the kernel's "
           "driver "
           "for this device"},
          {kLine + "remote 192.0.2.1",
           "1:1: vxtapd would refuse: peers.remote '192.0.2.1' is this VTEP's own underlay.local; write the "
           "other "
           "end's address"},
          {"",
           "1:1: no vxlan device is added; write `ip link add NAME type vxlan id VNI local ADDRESS remote "
           "ADDRESS`"},
      },
      Verdict::kNoConfiguration);
}
