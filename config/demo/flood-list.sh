# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# about: three hosts, each listing the others; one goes down, and comes back as the kernel's vxlan

title '1. Three hosts, no multicast'
underlay h1 h2 h3
tell <<'TEXT'
       h1                      h2                      h3
  vx100 10.100.0.1        vx100 10.100.0.2        vx100 10.100.0.3   overlay
       |                       |                       |
     vxtapd ===== VNI 100 == vxtapd ===== VNI 100 == vxtapd   and h1 == h3
       |                       |                       |
  eth0 192.0.2.1          eth0 192.0.2.2          eth0 192.0.2.3     underlay
       +-----------------------+-----------------------+

A frame for everybody must reach both other hosts. Where the underlay has no
multicast, each host has a list of the others and sends a copy to each. h1's
configuration, config/examples/flood-list/h1.yaml:

TEXT
show_file h1
for host in h1 h2 h3; do start_daemon "$host"; done
printf '\n'
type_ctl h1 fdb show
tell <<'TEXT'

The all-zero MAC has two lines: the list.
TEXT

title '2. One question, two copies'
start_capture h1
type_on h1 ping -c 2 -i 0.2 -W 2 -q 10.100.0.2 || die "h2 did not answer h1's ping"
stop_capture
read_capture
questions=$(printf '%s\n' "${wire[@]}" | grep -c ff:ff:ff:ff:ff:ff || true)
((questions > 0 && questions % 2 == 0)) || die "$questions broadcasts left h1; of each there should be two"
printf '\n'
list_wire
printf '\n'
type_ctl h1 fdb show
shows learned ctl h1 fdb show || die "h1 did not learn the MAC of h2"
tell <<'TEXT'

Only the question left twice. h3 heard it too, learned from it where h1 is,
and did not answer. The rest went to one host only.
TEXT
shows 192.0.2.1 ctl h3 fdb show --state reachable || die "h3 did not learn the MAC of h1"

title '3. h3 goes down'
tell <<'TEXT'
h1 pings h2 twenty times a second. Meanwhile vxtapd on h3 is stopped, and then
h1 and h2 are made to forget what they know, so that they have to ask again,
with a copy to a host that takes none:

TEXT
command_line h1: ping -c 60 -i 0.05 -W 2 -q 10.100.0.2 '&'
ip netns exec "$name-h1" ping -c 60 -i 0.05 -W 2 -q 10.100.0.2 >"$work/ping.log" 2>&1 &
pings=$!
pids+=("$pings")
stop_daemon h3
for host in h1 h2; do
  type_ctl "$host" fdb flush
  type_on "$host" ip neigh flush dev vx100
done
kill -0 "$pings" 2>/dev/null || die "the pings ended too early to tell anything"
wait "$pings" || die "h2 stopped answering h1: $(<"$work/ping.log")"
quote <"$work/ping.log"
grep -q ' 0% packet loss' "$work/ping.log" || die "h1 and h2 noticed that h3 went down"
printf '\n'
type_ctl h1 show
shows 'drops    0' ctl h1 show || die "h1 dropped something because h3 went down"
tell <<'TEXT'

The copies are independent: what became of one for h3 is nothing to h2.
TEXT

title "4. h3 comes back as the kernel's vxlan"
if kernel_has_vxlan; then
  type_on h3 ip link add vx100 type vxlan id 100 local 192.0.2.3 dstport 4789 dev eth0
  for n in 1 2; do type_on h3 bridge fdb append 00:00:00:00:00:00 dev vx100 dst "192.0.2.$n"; done
  type_on h3 ip addr add 10.100.0.3/24 dev vx100
  type_on h3 ip link set vx100 up
  type_on h3 ping -c 1 -W 2 -q 10.100.0.1 || die "h1 did not answer the kernel on h3"
  answers h3 10.100.0.2 || die "h2 did not answer the kernel on h3"
  printf '\n'
  type_on h3 bridge fdb show dev vx100
  type_ctl h1 fdb show
  shows "$(on h3 cat /sys/class/net/vx100/address)" ctl h1 fdb show || die "h1 did not learn the MAC of h3"
  tell <<'TEXT'

On h1 and h2 nothing was typed: h3 is in their lists, whatever it is made of.
TEXT
fi

tell <<'TEXT'

All hosts are taken down now. What to type on three of your own:
config/examples/flood-list/README.md
TEXT
