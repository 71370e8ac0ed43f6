# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# about: two sites, a gateway each: hops, and two equal MACs

title '1. Two sites and a link between them'
underlay gw1 gw2
add_host server1
add_host server2
join server1 eth0 gw1 eth1
join server2 eth0 gw2 eth1
for n in 1 2; do
  on "gw$n" ip addr add "10.$n.0.1/24" dev eth1
  on "server$n" ip addr add "10.$n.0.10/24" dev eth0
  on "server$n" ip route add default via "10.$n.0.1"
done
tell <<'TEXT'
   server1 10.1.0.10                                 server2 10.2.0.10
        |                                                     |
   eth1 10.1.0.1                                        eth1 10.2.0.1
       gw1   vx10 1.1.1.1 ==== VNI 10 ==== vx10 1.1.1.2      gw2
   eth0 192.0.2.1 ------------------------------------ eth0 192.0.2.2

vx10 is in no bridge: it is an interface with an address, and the tunnel is
the link between the two routers. gw1.yaml in config/examples/routed-gateways:

TEXT
show_file gw1
start_daemon gw1
start_daemon gw2
tell <<'TEXT'

Routing is the gateways' own, and is typed on each:

TEXT
for n in 1 2; do
  other=$((3 - n))
  type_on "gw$n" sysctl -q -w net.ipv4.ip_forward=1
  type_on "gw$n" ip route add "10.$other.0.0/24" via "1.1.1.$other"
done

title '2. From server to server'
start_capture gw1
type_ping server1 -c 2 -i 0.2 10.2.0.10
stop_capture
# hop TTL: who answers when a packet may take so many steps.
hop() {
  command_line "server1: ping -c 1 -t $1 10.2.0.10"
  { on server1 ping -n -c 1 -W 2 -t "$1" 10.2.0.10 || true; } >"$work/hop"
  grep -i '^\(from\|64 bytes from\)' "$work/hop" | quote || die "nobody answered a packet with a TTL of $1"
}
for n in 1 2 3; do hop "$n"; done
grep -q ' ttl=62 ' "$work/hop" || die "the answer's TTL is not 62: it was not routed by two gateways"
tell <<'TEXT'

Two routers, two hops: an answer that left with a TTL of 64 arrives with 62.
The underlay between the gateways is no hop, however long it is.
TEXT

title '3. What the tunnel sees'
read_capture
list_wire
printf '\n'
type_ctl gw1 fdb show
gateway=$(on gw2 cat /sys/class/net/vx10/address)
server=$(on server2 cat /sys/class/net/eth0/address)
shows "$gateway" ctl gw1 fdb show || die "gw1 did not learn the MAC of gw2"
! shows "$server" ctl gw1 fdb show || die "gw1 learned the MAC of a server that is behind a router"
tell <<TEXT

gw1 asks for 1.1.1.2, its next hop, never for a server. So all frames are
from gateway to gateway, and the table holds one MAC however many servers
there are. server2's MAC, $server, stays at home.
TEXT

title '4. When both gateways have the same MAC'
for host in gw1 gw2; do type_on "$host" cat /sys/class/net/vx10/address; done
own=$(on gw1 cat /sys/class/net/vx10/address)
[[ $own != "$gateway" ]] || die "both gateways made up the same MAC for vx10"
tell <<'TEXT'

By default the two differ. Cloned machines and copied files make them equal:

TEXT
type_on gw2 ip link set vx10 address "$own"
type_lost_ping server1 -c 1 -W 1 10.2.0.10
command_line 'gw2: vxtapctl stats | grep own_mac'
ctl gw2 stats | grep own_mac | quote || die "gw2 did not count the frames with its own MAC"
tell <<'TEXT'

gw2 takes no frame that says it is from gw2 itself, and its log says whose:

TEXT
sed -n 's/.*warning //p' "$work/gw2.log" | fold -s -w 72 | quote
tell <<'TEXT'

A MAC of its own mends it:

TEXT
type_on gw2 ip link set vx10 address "$gateway"
type_ping server1 -c 2 -i 0.2 10.2.0.10

title "5. The kernel's vxlan on gw2"
if kernel_has_vxlan; then
  stop_daemon gw2
  type_on gw2 ip link add vx10 address "$gateway" type vxlan id 10 local 192.0.2.2 remote 192.0.2.1 dstport 4789 \
    dev eth0
  type_on gw2 ip addr add 1.1.1.2/24 dev vx10
  type_on gw2 ip link set vx10 up
  type_on gw2 ip route add 10.1.0.0/24 via 1.1.1.1
  type_ping server1 -c 2 -i 0.2 10.2.0.10
fi

tell <<'TEXT'

The hosts are taken down now. What to type on gateways of your own:
config/examples/routed-gateways/README.md
TEXT
