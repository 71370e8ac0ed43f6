# shellcheck shell=bash disable=SC2154,SC2034  # what all of them share is set and used in demo.sh and stage.sh
# about: Open vSwitch as the other end of the tunnel, then as the switch in front of vxtapd

# shellcheck source=config/demo/open-vswitch-stage.sh
. "$here/open-vswitch-stage.sh"

title '1. vxtapd here, Open vSwitch there'
underlay h1 h2
for host in h1 h2; do finish_checksums "$host" eth0; done
tell <<'TEXT'
        h1                                               h2
   vx42 10.42.0.1                                   br0  10.42.0.2    overlay
        |                                                |
      vxtapd ============ VXLAN, VNI 42 ========== vx42, a port of br0
        |                                                |
   eth0 192.0.2.1 ------------------------------ br-phy 192.0.2.2     underlay

There is no vxtapd on h2: its Open vSwitch makes the tunnel itself. This demo
uses its userspace datapath, which reaches the underlay by a bridge that has
eth0 as a port and its addresses, MAC and IP. With the kernel's datapath eth0
keeps them, and these three commands are not needed:

TEXT
start_open_vswitch h2
type_ovs h2 ovs-vsctl add-br br-phy -- set bridge br-phy datapath_type=netdev \
  other-config:hwaddr=02:00:c0:00:02:02 -- add-port br-phy eth0
type_on h2 ip addr flush dev eth0
type_on h2 ip addr add 192.0.2.2/24 dev br-phy
on h2 ip link set br-phy up
wait_for 'h2 reaches the underlay' answers h2 192.0.2.1
tell <<'TEXT'

The bridge of the overlay and, as one of its ports, the tunnel. `key` is what
Open vSwitch calls the VNI.

TEXT
type_ovs h2 ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev -- set interface br0 mtu_request=1450
type_ovs h2 ovs-vsctl add-port br0 vx42 -- set interface vx42 type=vxlan \
  options:remote_ip=192.0.2.1 options:key=42
type_on h2 ip addr add 10.42.0.2/24 dev br0
type_on h2 ip link set br0 up
tell <<'TEXT'

h1 does not know what the other end is made of. Its configuration,
config/examples/open-vswitch/h1.yaml:

TEXT
show_file h1
start_daemon h1

title '2. Each learns in its own table'
type_on h1 ping -c 3 -i 0.2 -W 2 -q 10.42.0.2 || die "Open vSwitch on h2 did not answer h1's ping"
printf '\n'
type_ctl h1 fdb show
shows learned ctl h1 fdb show || die "h1 did not learn the MAC of br0"
type_ovs h2 ovs-appctl fdb/show br0
tell <<TEXT

h1 found the MAC of br0 behind 192.0.2.2. Open vSwitch found h1's,
$(on h1 cat /sys/class/net/vx42/address), behind port $(ovs_on h2 ovs-vsctl get interface vx42 ofport), its tunnel.
TEXT

title '3. The other way to use them together'
tell <<'TEXT'
        h1                                               h2
   br0  10.42.0.1                                   br0  10.42.0.2    overlay
        |                                                |
   vx42, a port of br0                           vx42, a port of br0
        |                                                |
      vxtapd ============ VXLAN, VNI 42 ============== vxtapd
        |                                                |
   eth0 192.0.2.1 ------------------------------- eth0 192.0.2.2      underlay

Now Open vSwitch is a switch on both and makes no tunnel; vxtapd does, and its
TAP is a port like any other. h2 gives up what it had:

TEXT
type_ovs h2 ovs-vsctl del-port br0 vx42 -- del-br br-phy
type_on h2 ip addr add 192.0.2.2/24 dev eth0
wait_for 'h1 reaches h2 again' answers h1 192.0.2.2
stop_daemon h1
file[h1]=bridged-h1 file[h2]=bridged-h2
tell <<'TEXT'

The segment of bridged-h1.yaml has no address, which is br0's now, and no
superframes, which the userspace datapath does not know:

TEXT
show_file h1 | sed '1,/segments:/d'
start_open_vswitch h1
for host in h1 h2; do start_daemon "$host"; done
printf '\n'
type_ovs h1 ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev -- set interface br0 mtu_request=1450
type_on h1 ip addr add 10.42.0.1/24 dev br0
type_on h1 ip link set br0 up
for host in h1 h2; do type_ovs "$host" ovs-vsctl add-port br0 vx42; done
tell <<'TEXT'

The userspace datapath only listens on its ports; the host behind them hears
the same frames, and would answer ARP on vx42 for the address of br0.

TEXT
for host in h1 h2; do
  command_line "$host: echo 1 >/proc/sys/net/ipv4/conf/vx42/arp_ignore"
  on "$host" sh -c 'echo 1 >/proc/sys/net/ipv4/conf/vx42/arp_ignore'
done
printf '\n'
type_on h1 ping -c 3 -i 0.2 -W 2 -q 10.42.0.2 || die "br0 on h2 did not answer h1's ping"
printf '\n'
type_ctl h1 fdb show
shows learned ctl h1 fdb show || die "h1 did not learn the MAC of br0 on h2"
type_ovs h1 ovs-appctl fdb/show br0
tell <<'TEXT'

Two switches in a row, each with its own question: Open vSwitch knows the port
of a MAC, vxtapd the VTEP. Both hosts are taken down now. What to type on two
of your own: config/examples/open-vswitch/README.md
TEXT
