# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# about: VXLAN inside WireGuard: a wire that is not yours, an intruder on it, a forged packet

# shellcheck source=config/demo/wireguard-stage.sh
. "$here/wireguard-stage.sh"

# forge: a VXLAN packet of VNI 42 to h1 with the address of h2, which the intruder sends over the plain wire.
forge() {
  printf '\x08\0\0\0\0\0\x2a\0\xff\xff\xff\xff\xff\xff\x02\x99\0\0\0\x66\x88\xb5%046d' 0 >"$work/forged"
  command_line 'h3: cat forged >/dev/udp/10.200.0.1/4789'
  # shellcheck disable=SC2016  # it is the inner shell that expands them
  on h3 bash -c 'cat "$1" >/dev/udp/10.200.0.1/4789' bash "$work/forged"
}

# unheard: datagrams that came to h1 and to no socket.
unheard() { on h1 nstat -asz UdpNoPorts | awk '/UdpNoPorts/ {print $2}'; }
one_more_unheard() { (($(unheard) > before)); }

title '1. A wire that is not yours'
underlay h1 h2 h3
tell <<'TEXT'
        h1                                               h2
   vx42 10.42.0.1                                   vx42 10.42.0.2    overlay
        |                                                |
      vxtapd ============ VXLAN, VNI 42 ============== vxtapd
        |                                                |
   wg0 10.200.0.1 ========= WireGuard ============= wg0 10.200.0.2
        |                                                |
   eth0 192.0.2.1 --------------+------------------ eth0 192.0.2.2      wire
                                |
                         h3, an intruder

VXLAN encrypts nothing and asks for no proof of who sent a packet. WireGuard
does both. Each host has a pair of keys, `wg genkey | tee key | wg pubkey`,
and a file config/examples/wireguard/hN-wg0.conf; that of h1:

TEXT
sed '/^\[/,$!d' "$examples/$story/h1-wg0.conf" | quote
tell <<'TEXT'

`wg-quick up wg0` reads it. The interface it makes:

TEXT
make_wg0 h1
make_wg0 h2
type_on h1 ip -brief address show wg0
type_ping h1 -c 1 10.200.0.2

title '2. VXLAN inside'
tell <<'TEXT'
For vxtapd wg0 is the underlay, and the only one: config/examples/wireguard/
h1.yaml:

TEXT
show_file h1
start_daemon h1
start_daemon h2
printf '\n'
start_capture h1 udp
type_ping h1 -c 3 -i 0.2 10.42.0.2
stop_capture
tell <<'TEXT'

What eth0 of h1 saw of it:

TEXT
command_line 'h1: tshark -i eth0 -f udp'
list_datagrams
! shows VXLAN list_datagrams || die "VXLAN was on the wire"
tell <<'TEXT'

Neither addresses of the overlay, nor its MACs or VNI; sizes and times only.
TEXT

title '3. What is left of 1500 bytes'
mtu=$(on h1 cat /sys/class/net/vx42/mtu)
((mtu == 1370)) || die "vx42 has an MTU of $mtu, not of 1370"
tell <<'TEXT'
   1500  eth0
  -  80  WireGuard over IPv6: 40 IPv6, 8 UDP, 32 its own (60 over IPv4)
   1420  wg0
  -  50  VXLAN over IPv4: 20 IPv4, 8 UDP, 8 VXLAN, 14 Ethernet (70 over IPv6)
   1370  vx42

vxtapd reads the MTU of wg0, and sets that of vx42 by itself. A packet of that
size, which must not be fragmented:

TEXT
type_ping h1 -c 1 -M 'do' -s 1342 10.42.0.2

title '4. The intruder forges a packet'
tell <<'TEXT'
h3 is on the wire, knows every address, and takes that of h2's wg0. h1 does
not even filter by source (rp_filter is 0):

TEXT
for where in all eth0; do on h1 sh -c "echo 0 >/proc/sys/net/ipv4/conf/$where/rp_filter"; done
type_on h3 ip addr add 10.200.0.2/32 dev eth0
type_on h3 ip route add 10.200.0.1/32 via 192.0.2.1 src 10.200.0.2
before=$(unheard)
forge
wait_for 'the forged packet at h1' one_more_unheard
type_on h1 nstat -asz UdpNoPorts
type_ctl h1 fdb show
! shows 02:99:00:00:00:66 ctl h1 fdb show || die "the forged packet was taken"
tell <<'TEXT'

It came to h1, and the kernel had no socket for it: vxtapd's listens on wg0
alone. Without `require_device` in the file:

TEXT
command_line "h1: sed -i /require_device/d h1.yaml; vxtapctl reload"
sed -i /require_device/d "$work/h1.yaml"
ctl h1 reload >/dev/null
forge
wait_for 'the forged packet in the FDB' shows 02:99:00:00:00:66 ctl h1 fdb show
type_ctl h1 fdb show
tell <<'TEXT'

The forged MAC was learned, as one of h2. So the line goes back in.
TEXT
stop_daemon h1
start_daemon h1

title '5. wg0 goes away, and comes back'
type_on h1 ip link del wg0
type_lost_ping h1 -c 2 -i 0.2 -W 1 10.42.0.2
tell <<'TEXT'

Nothing went by another way. With a new wg0, and nothing typed for vxtapd:

TEXT
make_wg0 h1
wait_for 'h2 through the new wg0' answers h1 10.42.0.2
type_ping h1 -c 1 10.42.0.2

tell <<'TEXT'

All hosts are taken down now. What to type on two of your own:
config/examples/wireguard/README.md
TEXT
