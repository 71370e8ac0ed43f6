# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# about: one trunk TAP for all tenants, a VNI for each VLAN; tenants with equal MACs

# shellcheck source=config/demo/open-vswitch-stage.sh
. "$here/open-vswitch-stage.sh"

# add_tenant HOST N: a host behind `to-HOST` with the MAC and the address that tenant-a and tenant-b both chose.
add_tenant() {
  add_host "$1"
  join "$1" eth0 "h$2" "to-$1"
  finish_checksums "$1" eth0
  on "$1" ip link set eth0 address "02:00:0a:32:00:0$2" mtu 1450
  on "$1" ip addr add "10.50.0.$2/24" dev eth0
}

received() { on "$1" cat /sys/class/net/eth0/statistics/rx_packets; }

title '1. Two tenants, one wire'
underlay h1 h2
tell <<'TEXT'
      a1            b1                            a2            b2
   10.50.0.1     10.50.0.1                     10.50.0.2     10.50.0.2
       |VLAN 2       |VLAN 3                       |VLAN 2       |VLAN 3
       +---- br0 ----+                             +---- br0 ----+
              |trunk0                                     |trunk0
            vxtapd ======= VNI 2002, VNI 2003 ======== vxtapd
              |                                           |
       eth0 192.0.2.1 ---------------------------- eth0 192.0.2.2

Tenant a has one server on each host, tenant b too. Neither knows of the other
and both chose the same addresses, even the same MACs. All of them share one
TAP: on trunk0 a frame has the tag of its tenant's VLAN, on the underlay it
has no tag and the tenant's VNI. From h1's configuration,
config/examples/one-tap-many-vnis/h1.yaml:

TEXT
show_file h1 | sed '1,/segments:/d'
for host in h1 h2; do
  start_daemon "$host"
  start_open_vswitch "$host"
done
for n in 1 2; do for tenant in a b; do add_tenant "$tenant$n" "$n"; done; done
tell <<'TEXT'

br0 is a switch that knows VLANs, here an Open vSwitch. h2 is made likewise.

TEXT
type_ovs h1 ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev
ovs_on h2 ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev
type_ovs h1 ovs-vsctl add-port br0 trunk0 trunks=2,3
ovs_on h2 ovs-vsctl add-port br0 trunk0 trunks=2,3
type_ovs h1 ovs-vsctl add-port br0 to-a1 tag=2 -- add-port br0 to-b1 tag=3
ovs_on h2 ovs-vsctl add-port br0 to-a2 tag=2 -- add-port br0 to-b2 tag=3

title '2. Tenant a speaks, tenant b hears nothing'
start_capture h1
type_on a1 ping -c 3 -i 0.2 -W 2 -q 10.50.0.2 || die "a2 did not answer a1's ping"
printf '\n'
for host in a2 b2; do type_on "$host" cat /sys/class/net/eth0/statistics/rx_packets; done
[[ $(received b2) == 0 ]] || die "b2 received what was not for it"
tell <<'TEXT'

Frames received: b2 has the MAC and the address that a1 asked for, and not
even the broadcast of the question came to it.
TEXT

title '3. The same MACs twice'
type_on b1 ping -c 1 -W 2 -q 10.50.0.2 || die "b2 did not answer b1's ping"
stop_capture
printf '\n'
type_ctl h1 fdb show
for vni in 2002 2003; do
  shows learned ctl h1 fdb show --vni "$vni" || die "h1 did not learn the MAC in VNI $vni"
done
tell <<'TEXT'

The key of the table is MAC and VNI, so what one tenant teaches it does not
move the other's entry. The wire shows nothing but the VNI to tell them apart:

TEXT
read_capture
list_wire

title "4. The kernel's one device for all VNIs"
if kernel_has_vxlan; then
  stop_daemon h2
  tell <<'TEXT'
vxtapd on h2 was stopped. The kernel's counterpart is a vxlan device that is
`external`: it has no VNI, the route of a packet gives it one. h2 itself is
the server of both tenants now, so that of tenant b is 10.50.0.3 instead, and
the source address chooses the route.

TEXT
  type_on h2 ip link add vxe address 02:00:0a:32:00:02 mtu 1450 type vxlan external dstport 4789
  type_on h2 ip addr add 10.50.0.2/32 dev vxe
  type_on h2 ip addr add 10.50.0.3/32 dev vxe
  type_on h2 ip link set vxe up
  type_on h2 ip neigh add 10.50.0.1 lladdr 02:00:0a:32:00:01 dev vxe nud permanent
  for n in 2 3; do
    type_on h2 ip rule add from "10.50.0.$n" lookup "200$n"
    type_on h2 ip route add 10.50.0.1 encap ip id "200$n" dst 192.0.2.1 dev vxe table "200$n"
  done
  printf '\n'
  start_capture h1
  for try in 'a1 10.50.0.2' 'b1 10.50.0.3'; do
    read -r from to <<<"$try"
    command_line "$from: ping -c 1 -W 1 -q $to"
    answers "$from" "$to" || die "the kernel on h2 did not answer $from's ping"
  done
  stop_capture
  read_capture
  printf '\n'
  list_wire
fi

printf '\n'
tell <<'TEXT'
All hosts are taken down now. What to type on two of your own:
config/examples/one-tap-many-vnis/README.md
TEXT
