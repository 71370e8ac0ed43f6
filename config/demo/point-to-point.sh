# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# about: two hosts, one wire: a ping, what it taught them, one frame byte by byte

title '1. Two hosts, one wire'
underlay h1 h2
tell <<'TEXT'
        h1                                               h2
   vx42 10.42.0.1                                   vx42 10.42.0.2    overlay
        |                                                |
      vxtapd ============ VXLAN, VNI 42 ============== vxtapd
        |                                                |
   eth0 192.0.2.1 ------------------------------- eth0 192.0.2.2      underlay

Each host is a network namespace. A veth joins their eth0. vxtapd turns what
h1 sends into vx42 into UDP packets, and makes frames of them again on h2.
h1's configuration, config/examples/point-to-point/h1.yaml, up to VNI 1:

TEXT
show_file h1 | sed '/vni: 1$/,$d'
start_daemon h1
start_daemon h2
type_ctl h1 fdb show --vni 42
tell <<'TEXT'

The all-zero MAC is the flood list: where frames go whose MAC nobody has
been heard from yet. It comes from `peers`. Nothing has been learned.
TEXT

title '2. A ping across, and what it taught'
start_capture h1
type_ping h1 -c 3 -i 0.2 10.42.0.2
stop_capture
printf '\n'
type_ctl h1 fdb show --vni 42
shows learned ctl h1 fdb show --vni 42 || die "h1 did not learn the MAC of h2"
tell <<'TEXT'

h1 asked "who has 10.42.0.2?" by broadcast, which went to the flood list.
h2 noted the source MAC of that frame and the VTEP it came from. Its answer,
sent straight to 192.0.2.1, taught h1 the same about h2: the last line. A MAC
unheard for 300 s is forgotten.

TEXT
type_ctl h1 show 42
if shows 'tx       4 packets  336 B' ctl h1 show 42; then
  tell <<'TEXT'

Inner frames are counted, without what the tunnel adds: one ARP of 42 bytes
and three pings of 98.
TEXT
fi

title '3. What was on the wire'
read_capture
list_wire
printf '\n'
explain_frame

title '4. The second segment: over IPv6, on port 8472'
show_file h1 | sed -n '/vni: 1$/,$p'
printf '\n'
start_capture h1 'udp port 8472'
type_ping h1 -c 1 10.1.0.2
stop_capture
read_capture
printf '\n'
explain_ipv6_headers
mtu=$(on h1 cat /sys/class/net/vx1/mtu)
tell <<TEXT

An IPv6 header is 20 bytes longer than one of IPv4, so vx1 has an MTU of $mtu.
TEXT

title "5. The kernel's vxlan on h2"
if kernel_has_vxlan; then
  stop_daemon h2
  tell <<'TEXT'
vxtapd on h2 was stopped; there the kernel's own device takes its place:

TEXT
  type_on h2 ip link add vx42 address 02:00:0a:2a:00:02 type vxlan id 42 local 192.0.2.2 remote 192.0.2.1 \
    dstport 4789 dev eth0
  type_on h2 ip addr add 10.42.0.2/24 dev vx42
  type_on h2 ip link set vx42 up
  type_ctl h1 fdb flush --vni 42
  type_ping h1 -c 3 -i 0.2 10.42.0.2
  printf '\n'
  type_on h2 bridge fdb show dev vx42
  type_ctl h1 fdb show --vni 42
  tell <<'TEXT'

The same two lines on both sides: where to flood, and what was learned.
TEXT
fi

tell <<'TEXT'

Both hosts are taken down now. What to type on two of your own:
config/examples/point-to-point/README.md
TEXT
