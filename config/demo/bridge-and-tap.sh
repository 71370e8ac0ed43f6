# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# about: guests on two bridges: two tables, and one that moves

title '1. Four guests, two bridges, one Ethernet'
underlay h1 h2
for host in h1 h2; do
  on "$host" ip link add br42 type bridge
  on "$host" ip link set br42 up
done
# put GUEST HOST: the guest is 10.42.0.N, N being the number in its name; its MAC spells the address.
put() {
  plug "$1" "$2" br42 "10.42.0.${1#g}/24" "$(printf '02:00:0a:2a:00:%02x' "${1#g}")"
  on "$1" ip link set eth0 mtu 1450
}
put g11 h1
put g12 h1
put g21 h2
put g22 h2
tell <<'TEXT'
    g11     g12                                      g21     g22
      \     /                                          \     /
       br42                                             br42
         |                                                |
       vx42 ======== vxtapd, VNI 42, vxtapd =========== vx42
   eth0 192.0.2.1 ------------------------------- eth0 192.0.2.2

g11 to g22 stand for virtual machines. Here they are namespaces, 10.42.0.11 to
10.42.0.22, with MACs ending in :0b, :0c, :15 and :16. The bridges are there;
vxtapd plugs a TAP into each. h1.yaml in config/examples/bridge-and-tap:

TEXT
show_file h1
start_daemon h1
start_daemon h2

title '2. Everybody reaches everybody'
guests=(g11 g12 g21 g22)
printf '    %s%9s%8s%8s%8s%8s%s\n' "$bold" 'ping' "${guests[@]}" "$plain"
for from in "${guests[@]}"; do
  printf '    %9s' "from $from"
  for to in "${guests[@]}"; do
    if [[ $from == "$to" ]]; then
      printf '%8s' -
    else
      answers "$from" "10.42.0.${to#g}" || die "$from does not reach $to"
      printf '%8s' yes
    fi
  done
  printf '\n'
done

title '3. Two tables, one after the other'
command_line "h1: bridge fdb show br br42 dynamic | cut -d ' ' -f 1-3"
on h1 bridge fdb show br br42 dynamic | cut -d ' ' -f 1-3 | quote
type_ctl h1 fdb show
for mac in 15 16; do
  shows "02:00:0a:2a:00:$mac dev vx42" on h1 bridge fdb show br br42 || die "br42 did not learn g$((16#$mac))"
  shows "02:00:0a:2a:00:$mac" ctl h1 fdb show || die "vxtapd on h1 did not learn g$((16#$mac))"
done
! shows 02:00:0a:2a:00:0b ctl h1 fdb show || die "vxtapd on h1 learned g11 from h2, where it is not"
tell <<'TEXT'

The bridge knows ports: g11 and g12 have one each, and all that is elsewhere
is behind vx42. vxtapd knows VTEPs: to which host a frame for vx42 goes on. So
g11 and g12 are not in its table. A MAC that is no guest's would be a bridge:
one that snoops multicast says so to the network.
TEXT

title '4. What stays and what crosses'
# sent: the packets and bytes that h1 sent into the tunnel so far.
sent() { ctl h1 show 42 | sed -n 's/^ *tx *//p'; }
# stays_local: whether a ping from g11 to g12 is answered and nothing leaves h1 meanwhile. A bridge now and then says
# something of its own, hence another try.
stays_local() {
  before=$(sent)
  on g11 ping -q -c 10 -i 0.02 10.42.0.12 >"$work/local" || return
  after=$(sent)
  [[ $before == "$after" ]]
}
command_line g11: ping -c 10 -i 0.02 10.42.0.12
wait_for 'g11 and g12 talk without a frame into the tunnel' stays_local
grep 'packets transmitted' "$work/local" | quote
tell <<TEXT
Sent into the tunnel before: $before; after: $after.
TEXT
printf '\n'
start_capture h1
type_lost_ping g11 -c 1 -W 1 10.42.0.99
stop_capture
read_capture
list_wire
tell <<'TEXT'

What guests of one host say to each other stays there. A broadcast is for
everybody, so it crosses, also the question for an address that nobody has.
TEXT

title '5. A guest moves to the other host'
tell <<'TEXT'
g12 is unplugged from h1 and plugged into h2, as in a live migration, with its
MAC and address. Its first frame tells both hosts:

TEXT
on g12 ip link del eth0
put g12 h2
type_ping g12 -c 1 10.42.0.11
type_ctl h1 fdb show --mac 02:00:0a:2a:00:0c
shows 192.0.2.2 ctl h1 fdb show --mac 02:00:0a:2a:00:0c || die "h1 did not learn where g12 is now"
type_ping g11 -c 1 10.42.0.12
tell <<'TEXT'

Hypervisors have a guest send such a frame by themselves when it arrives. One
that stayed silent would be looked for at its old place until the entries age.

The hosts are taken down now. What to type on two of your own:
config/examples/bridge-and-tap/README.md
TEXT
