# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# about: hosts that find each other: a group is asked once, a fourth and the kernel join later

title '1. Hosts that do not know each other'
underlay h1 h2 h3 h4 h5
tell <<'TEXT'
      h1              h2              h3              h4, h5: later
  10.42.0.1       10.42.0.2       10.42.0.3                      overlay
      |               |               |
  192.0.2.1       192.0.2.2       192.0.2.3                      underlay
  ----+---------------+---------------+------ group 224.1.1.1 ------

No file names another host; all name a group. h1.yaml in
config/examples/multicast-group:

TEXT
show_file h1
for host in h1 h2 h3; do start_daemon "$host"; done
printf '\n'
type_ctl h1 fdb show
command_line "h1: ip maddr show dev eth0 | grep -o 'inet .*'"
on h1 ip maddr show dev eth0 | grep -o 'inet .*' | quote
shows 224.1.1.1 on h1 ip maddr show dev eth0 || die "h1 did not join the group on eth0"
tell <<'TEXT'

The flood list is the group, and the kernel has joined it on eth0: switches
that snoop IGMP know now that h1 wants it.
TEXT

title '2. Asked once, answered to one'
start_capture h1
type_ping h1 -c 2 -i 0.2 10.42.0.2
stop_capture
read_capture
printf '\n'
list_wire
split "${wire[0]}"
[[ $(outer "$to") == 224.1.1.1 ]] || die "the first packet went to $to, not to the group"
tell <<TEXT

The question left once, for all of them, as a frame to $(outer "$mac_to")
with a TTL of $(outer "$ttl"): it stays on this link. All else went to one host.

TEXT
wait_for 'h3 learns h1 from the question' shows 192.0.2.1 ctl h3 fdb show
type_ctl h3 fdb show
! shows 192.0.2.2 ctl h3 fdb show || die "h3 heard h2, whose answer was for h1 alone"
tell <<'TEXT'

h3 heard the question too, and learned from it where h1 is. It did not see
the answer: that went straight to h1.
TEXT

title '3. A fourth host'
tell <<'TEXT'
h4 gets a file that differs in `local` and in the address of vx42. Nothing is
changed on h1, h2 and h3.

TEXT
start_daemon h4
type_ping h1 -c 2 -i 0.2 10.42.0.4
type_ctl h1 fdb show
shows 192.0.2.4 ctl h1 fdb show || die "h1 did not learn the MAC of h4"

title '4. The kernel in the same group'
if kernel_has_vxlan; then
  type_on h5 ip link add vx42 type vxlan id 42 group 224.1.1.1 dev eth0 local 192.0.2.5 dstport 4789
  type_on h5 ip addr add 10.42.0.5/24 dev vx42
  type_on h5 ip link set vx42 up
  type_ping h1 -c 2 -i 0.2 10.42.0.5
  printf '\n'
  type_on h5 bridge fdb show dev vx42
  shows 'dst 192.0.2.1' on h5 bridge fdb show dev vx42 || die "the kernel on h5 did not learn the MAC of h1"
  tell <<'TEXT'

The kernel's table reads like ours: the group, and what was learned.
TEXT
fi

tell <<'TEXT'

The hosts are taken down now. What to type on hosts of your own:
config/examples/multicast-group/README.md
TEXT
