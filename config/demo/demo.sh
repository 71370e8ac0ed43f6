#!/usr/bin/env bash
# `./dev demo`: two hosts in network namespaces, a vxtapd on each, a ping across, and what it left in the tables and
# on the wire. Everything lives in namespaces, processes and a directory of this run and goes with it.
#
# usage (as root): demo.sh DIRECTORY-WITH-vxtapd-AND-vxtapctl
set -euo pipefail

bin=$1
name=vxdemo$$
work=$(mktemp -d "${TMPDIR:-/tmp}/$name.XXXXXX")
pids=()

cleanup() {
  local status=$? pid host
  trap - EXIT INT TERM HUP
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do
    # A program that does not go when told is no reason to leave its namespace behind.
    timeout 3 tail -s 0.05 --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  for host in h1 h2; do ip netns del "$name-$host" 2>/dev/null || true; done
  rm -rf -- "$work"
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ---------------------------------------------------------------- words on the screen

bold='' dim='' cyan='' plain=''
if [[ -t 1 && -z ${NO_COLOR-} ]]; then
  bold=$'\033[1m' dim=$'\033[2m' cyan=$'\033[36m' plain=$'\033[0m'
fi

title() { printf '\n%s%s%s\n\n' "$bold" "$*" "$plain"; }
# tell: prose from standard input.
tell() { sed '/./s/^/  /'; }
# quote: what a program printed, from standard input.
quote() { sed "/./{s/^/    $dim/; s/\$/$plain/}"; }
command_line() { printf '  %s$ %s%s\n' "$cyan" "$*" "$plain"; }

die() {
  printf 'demo: %s\n' "$*" >&2
  exit 1
}

# ---------------------------------------------------------------- the hosts

# In the background `ip netns exec` is called by itself: $! of a function would be a subshell's pid, not the program's.
on() { ip netns exec "$name-$1" "${@:2}"; }
ctl() { on "$1" "$bin/vxtapctl" -s "$work/$1.sock" "${@:2}"; }

# The MACs spell the addresses: c0:00:02:01 is 192.0.2.1, 0a:2a:00:01 is 10.42.0.1. IPv6 is off only to keep its
# neighbour discovery out of a short story.
make_hosts() {
  local n knob
  for n in 1 2; do
    ip netns add "$name-h$n"
    for knob in all default; do
      on h$n sh -c "echo 1 >/proc/sys/net/ipv6/conf/$knob/disable_ipv6" 2>/dev/null || true
    done
  done
  ip link add eth0 netns "$name-h1" address 02:00:c0:00:02:01 type veth \
    peer name eth0 netns "$name-h2" address 02:00:c0:00:02:02
  for n in 1 2; do
    on h$n ip link set lo up
    on h$n ip addr add "192.0.2.$n/24" dev eth0
    on h$n ip link set eth0 up
  done
}

# configuration N PEER: the configuration file of host N, but for the path of its control socket.
configuration() {
  cat <<YAML
underlay:
  local: 192.0.2.$1
segments:
  - vni: 42
    name: blue
    tap:
      name: vx42
      mac: "02:00:0a:2a:00:0$1"
      addresses: [10.42.0.$1/24]
    peers:
      mode: unicast
      remote: 192.0.2.$2
YAML
}

start_daemon() {
  local host=h$1 attempt pid
  {
    printf 'control:\n  socket: %s\n' "$work/$host.sock"
    configuration "$1" "$2"
  } >"$work/$host.yaml"
  ip netns exec "$name-$host" "$bin/vxtapd" --config "$work/$host.yaml" >"$work/$host.log" 2>&1 &
  pid=$!
  pids+=("$pid")
  for attempt in {1..100}; do
    if ctl "$host" version >/dev/null 2>&1; then return; fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  cat "$work/$host.log" >&2
  die "vxtapd on $host did not come up (${attempt} looks); its log is above"
}

start_capture() {
  ip netns exec "$name-h1" dumpcap -q -i eth0 -f 'udp port 4789' -w "$work/wire.pcapng" 2>"$work/dumpcap.log" &
  capture=$!
  pids+=("$capture")
  local attempt
  for attempt in {1..100}; do
    if grep -q '^File:' "$work/dumpcap.log"; then return; fi
    sleep 0.05
  done
  cat "$work/dumpcap.log" >&2
  die "dumpcap did not start within ${attempt} looks; its messages are above"
}

# dumpcap empties the kernel's ring four times a second and loses what is in it when told to stop.
stop_capture() {
  sleep 0.5
  kill "$capture"
  wait "$capture" || true
}

# ---------------------------------------------------------------- the frame

fields=(
  frame.len eth.src eth.dst ip.src ip.dst ip.ttl udp.srcport udp.dstport udp.payload vxlan.vni
  arp.opcode arp.src.proto_ipv4 arp.dst.proto_ipv4 icmp.type icmp.seq ip.len
)

# Reads the capture into `wire`, a line per packet: the fields apart by |, outer and inner values by a comma.
read_capture() {
  local arguments=() field
  for field in "${fields[@]}"; do arguments+=(-e "$field"); done
  mapfile -t wire < <(tshark -r "$work/wire.pcapng" -T fields -E 'separator=|' "${arguments[@]}" 2>/dev/null)
  ((${#wire[@]} > 0)) || die "no VXLAN packet was captured on h1's eth0"
}

# split LINE: sets the variables of one packet. The caller declares them local.
split() {
  IFS='|' read -r length mac_from mac_to from to ttl from_port to_port payload vni opcode asker asked type sequence \
    size <<<"$1"
}

outer() { printf '%s' "${1%%,*}"; }
inner() { printf '%s' "${1##*,}"; }

# list_wire: one line for each captured packet.
list_wire() {
  local length mac_from mac_to from to ttl from_port to_port payload vni opcode asker asked type sequence size
  local line what number=0
  printf '  %s #  %-21s  %-5s  %-3s  %-17s  %s%s\n' "$bold" 'outer IP' sport VNI 'inner destination' \
    'inner frame' "$plain"
  for line in "${wire[@]}"; do
    split "$line"
    case $opcode:$type in
      1:) what="who has $asked?" ;;
      2:) what="$asker is here" ;;
      :8) what="echo request $sequence" ;;
      :0) what="echo reply $sequence" ;;
      *) what='something else' ;;
    esac
    number=$((number + 1))
    printf '  %2d  %-21s  %5s  %3s  %-17s  %s\n' "$number" "$(outer "$from") > $(outer "$to")" "$from_port" "$vni" \
      "$(inner "$mac_to")" "$what"
  done
}

# layer FROM-TO NAME VALUE MEANING...: one header, its meaning below it.
layer() {
  local note
  printf '  %s%6s  %-14s%s  %s\n' "$bold" "$1" "$2" "$plain" "$3"
  for note in "${@:4}"; do printf '  %6s  %-14s  %s%s%s\n' '' '' "$dim" "$note" "$plain"; done
}

explain_frame() {
  local length mac_from mac_to from to ttl from_port to_port payload vni opcode asker asked type sequence size
  local line header
  for line in "${wire[@]}"; do
    split "$line"
    [[ $type != 8 ]] || break
  done
  [[ $type == 8 ]] || die "no echo request among the captured packets"
  header=$(fold -w 2 <<<"${payload:0:16}" | paste -s -d ' ')

  printf '  %s%6s  %-14s  %s%s\n' "$bold" bytes layer "the first echo request: $length bytes on the wire" "$plain"
  layer 0-13 'outer Ethernet' "$(outer "$mac_from") > $(outer "$mac_to")" \
    'eth0 to eth0: the next hop of the underlay'
  layer 14-33 'outer IPv4' "$(outer "$from") > $(outer "$to")  TTL $(outer "$ttl")" \
    'VTEP to VTEP: all that a router between them looks at'
  layer 34-41 'outer UDP' "$from_port > $to_port" \
    "$to_port means VXLAN; $from_port is a hash of the inner flow:" \
    'routers spread the flows and keep each one in order'
  layer 42-49 'VXLAN' "$header" \
    '08 is the I flag, "a VNI follows"; no other is set' \
    "${header:12:8} is VNI $vni; the other bytes are reserved"
  layer 50-63 'inner Ethernet' "$(inner "$mac_from") > $(inner "$mac_to")" \
    'vx42 to vx42: from here on it is the frame h1 sent'
  layer 64-83 'inner IPv4' "$(inner "$from") > $(inner "$to")  TTL $(inner "$ttl")" \
    'the TTL was not touched: to IP the tunnel is one wire'
  layer "84-$((length - 1))" 'inner ICMP' "echo request $sequence, $(($(inner "$size") - 20)) bytes" \
    'the ping. What the tunnel costs are the outer IP, UDP' \
    'and VXLAN headers and the inner Ethernet header:' \
    '20 + 8 + 8 + 14 = 50, so vx42 has an MTU of 1450'
}

# ---------------------------------------------------------------- the story

title '1. Two hosts, one wire'
make_hosts
tell <<'TEXT'
        h1                                               h2
   vx42 10.42.0.1                                   vx42 10.42.0.2    overlay
        |                                                |
      vxtapd ============ VXLAN, VNI 42 ============== vxtapd
        |                                                |
   eth0 192.0.2.1 ------------------------------- eth0 192.0.2.2      underlay

Each host is a network namespace. A veth joins their eth0. vxtapd turns what
h1 sends into vx42 into UDP packets, and makes frames of them again on h2.
h1's configuration:

TEXT
configuration 1 2 | quote

start_daemon 1 2
start_daemon 2 1
title '2. Before the first frame'
command_line vxtapctl fdb show
ctl h1 fdb show | quote
tell <<'TEXT'

The all-zero MAC is the flood list: where frames go whose MAC nobody has
been heard from yet. It comes from `peers`. Nothing has been learned.
TEXT

title '3. A ping across'
start_capture
command_line ping -c 3 -i 0.2 10.42.0.2
on h1 ping -c 3 -i 0.2 -W 2 10.42.0.2 | quote
stop_capture

title '4. What the ping taught them'
for host in h1 h2; do
  command_line "$host: vxtapctl fdb show"
  ctl "$host" fdb show | quote
  printf '\n'
done
tell <<'TEXT'
h1 asked "who has 10.42.0.2?" by broadcast, which went to the flood list.
h2 noted the source MAC of that frame and the VTEP it came from: its last
line. Its answer, sent straight to 192.0.2.1, taught h1 the same about h2.
From then on nothing was flooded. A MAC unheard for 300 s is forgotten.
TEXT

title '5. What was counted'
command_line vxtapctl show
ctl h1 show | quote
printf '\n'
command_line vxtapctl stats
ctl h1 stats | quote
tell <<'TEXT'

Inner frames are counted, without what the tunnel adds: one ARP of 42 bytes
and three pings of 98 each way. Only the question "who has" was flooded.
TEXT

title '6. What was on the wire'
read_capture
list_wire
printf '\n'
explain_frame

printf '\n'
tell <<'TEXT'
That is all VXLAN is. Both hosts are taken down now; for one of your own,
write a file like the one above and type `./dev run FILE`.
TEXT
