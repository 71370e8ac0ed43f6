# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# What every demo is played on: hosts, daemons, captures, and words on the screen. Sourced by demo.sh, which sets
# `bin`, the directory of vxtapd and vxtapctl, and `examples`, that of the configuration files. Everything lives in
# namespaces, processes and a directory of this run and goes with it.

name=vxdemo$$
work=$(mktemp -d "${TMPDIR:-/tmp}/$name.XXXXXX")
hosts=()
pids=()
declare -A daemon=()  # host -> pid of its vxtapd
declare -A file=()    # host -> its example file, where that does not have the host's name

cleanup() {
  local status=$? pid host
  trap - EXIT INT TERM HUP
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do
    # A program that does not go when told is no reason to leave its namespace behind.
    timeout 3 tail -s 0.05 --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  for host in "${hosts[@]}"; do ip netns del "$name-$host" 2>/dev/null || true; done
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
# command_line WORD...: what to type; what is too long for the screen goes on below, behind a backslash.
command_line() {
  printf '%s' "$*" | fold -s -w 72 | sed "1s/^/  $cyan\$ /; 1!s/^/      $cyan/; \$!s/\$/\\\\/; s/\$/$plain/"
  printf '\n'
}

die() {
  printf 'demo: %s\n' "$*" >&2
  exit 1
}

example_file() { printf '%s' "$examples/$story/${file[$1]-$1}.yaml"; }
# show_file HOST: the example file of this host, without its opening comment.
show_file() { sed '/^[^#]/,$!d' "$(example_file "$1")" | quote; }

# type_on HOST COMMAND...: shows the command as its user types it, runs it there, and quotes what it prints.
type_on() {
  command_line "$1: ${*:2}"
  on "$@" 2>&1 | quote
}

# type_ctl HOST WORD...: the same with vxtapctl.
type_ctl() {
  command_line "$1: vxtapctl ${*:2}"
  ctl "$@" | quote
}

# type_ping HOST OPTION... ADDRESS: of what ping prints, the summary. No answer at all ends the demo.
type_ping() {
  command_line "$1: ping ${*:2}"
  on "$1" ping -q -W 2 "${@:2}" >"$work/ping" 2>&1 || {
    cat "$work/ping" >&2
    die "nothing answers $1's ping to ${!#}"
  }
  grep 'packets transmitted' "$work/ping" | quote
}

# type_lost_ping HOST OPTION... ADDRESS: the same where no answer must come.
type_lost_ping() {
  command_line "$1: ping ${*:2}"
  ! on "$1" ping -q "${@:2}" >"$work/ping" 2>&1 || die "$1's ping to ${!#} is answered, and must not be"
  grep 'packets transmitted' "$work/ping" | quote
}

# ---------------------------------------------------------------- conditions

# wait_for WHAT COMMAND...: until it succeeds, at most ten seconds; WHAT is for the message.
wait_for() {
  local attempt
  for attempt in {1..200}; do
    if "${@:2}" >/dev/null 2>&1; then return; fi
    sleep 0.05
  done
  die "$1: not within ${attempt} looks"
}

# shows TEXT COMMAND...: whether what the command prints has this text in it.
shows() { [[ $("${@:2}") == *"$1"* ]]; }

# answers HOST ADDRESS: whether a ping is answered.
answers() { on "$1" ping -c 1 -W 1 -q "$2" >/dev/null 2>&1; }

# ---------------------------------------------------------------- the hosts

# In the background `ip netns exec` is called by itself: $! of a function would be a subshell's pid, not the program's.
on() { ip netns exec "$name-$1" "${@:2}"; }
ctl() { on "$1" "$bin/vxtapctl" -s "$work/$1/control.sock" "${@:2}"; }

# add_host NAME: a network namespace, and a directory for the sockets of what runs on it. New interfaces in it have no
# IPv6, to keep its neighbour discovery out of short stories; an underlay has.
add_host() {
  ip netns add "$name-$1"
  hosts+=("$1")
  mkdir "$work/$1"
  on "$1" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null || true
  on "$1" ip link set lo up
}

# join HOST INTERFACE HOST INTERFACE: a cable between two hosts, both ends up.
join() {
  ip link add "$2" netns "$name-$1" type veth peer name "$4" netns "$name-$3"
  on "$1" ip link set "$2" up
  on "$3" ip link set "$4" up
}

# underlay HOST...: makes the hosts and one link that all their eth0 are on; the first has 192.0.2.1 and 2001:db8::1.
# The MACs spell the addresses: c0:00:02:01 is 192.0.2.1.
underlay() {
  local host n=0
  for host in "$@"; do add_host "$host"; done
  if (($# == 2)); then
    join "$1" eth0 "$2" eth0
  else
    add_host switch
    on switch ip link add br0 type bridge mcast_snooping 0
    on switch ip link set br0 up
    for host in "$@"; do
      join "$host" eth0 switch "to-$host"
      on switch ip link set "to-$host" master br0
    done
  fi
  for host in "$@"; do
    n=$((n + 1))
    on "$host" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6' 2>/dev/null || true
    on "$host" ip link set eth0 address "02:00:c0:00:02:0$n"
    on "$host" ip addr add "192.0.2.$n/24" dev eth0
    on "$host" ip addr add "2001:db8::$n/64" dev eth0 nodad 2>/dev/null || true
  done
}

# plug GUEST HOST BRIDGE ADDRESS MAC: a namespace, made where it is not there yet, whose eth0 is a port of the bridge.
plug() {
  [[ " ${hosts[*]} " == *" $1 "* ]] || add_host "$1"
  join "$1" eth0 "$2" "to-$1"
  on "$2" ip link set "to-$1" master "$3"
  on "$1" ip link set eth0 address "$5"
  on "$1" ip addr add "$4" dev eth0
}

# kernel_has_vxlan: whether the kernel's own vxlan device can be the peer; says so where it cannot.
kernel_has_vxlan() {
  if on "${hosts[0]}" ip link add probe type vxlan id 1 dstport 1 2>/dev/null; then
    on "${hosts[0]}" ip link del probe
  else
    tell <<<'This kernel has no vxlan of its own; what it would do is left out.'
    return 1
  fi
}

# ---------------------------------------------------------------- vxtapd

# start_daemon HOST [PREFIX...]: vxtapd with the host's example file, whose control socket is put into the host's
# directory. PREFIX is a command that starts it, such as setpriv with its options.
start_daemon() {
  local host=$1 attempt pid
  {
    printf 'control:\n  socket: %s\n' "$work/$host/control.sock"
    sed '/^control:/,/^[^ ]/{/^control:/d;/^ /d}' "$(example_file "$host")"
  } >"$work/$host.yaml"
  ip netns exec "$name-$host" "${@:2}" "$bin/vxtapd" --config "$work/$host.yaml" >"$work/$host.log" 2>&1 &
  pid=$!
  pids+=("$pid")
  daemon[$host]=$pid
  for attempt in {1..100}; do
    if ctl "$host" version >/dev/null 2>&1; then return; fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  cat "$work/$host.log" >&2
  die "vxtapd on $host did not come up (${attempt} looks); its log is above"
}

# stop_daemon HOST: as `systemctl stop` would.
stop_daemon() {
  kill "${daemon[$1]}"
  wait "${daemon[$1]}" || die "vxtapd on $1 did not stop cleanly: $(tail -n 3 "$work/$1.log")"
  unset "daemon[$1]"
}

# ---------------------------------------------------------------- the wire

# start_capture HOST [FILTER]: what passes its eth0 from now on.
start_capture() {
  rm -f -- "$work/dumpcap.log" "$work/wire.pcapng"  # of an earlier one
  ip netns exec "$name-$1" dumpcap -q -i eth0 -f "${2-udp port 4789}" -w "$work/wire.pcapng" \
    2>"$work/dumpcap.log" &
  capture=$!
  pids+=("$capture")
  local attempt
  for attempt in {1..100}; do
    if grep -qs '^File:' "$work/dumpcap.log" && [[ -s $work/wire.pcapng ]]; then
      empty_capture=$(stat -c %s "$work/wire.pcapng")
      return
    fi
    sleep 0.05
  done
  cat "$work/dumpcap.log" >&2
  die "dumpcap did not start within ${attempt} looks; its messages are above"
}

# dumpcap empties the kernel's ring a few times a second and loses what is in it when told to stop: so it is told when
# its file has packets and has not grown for half a second.
stop_capture() {
  local attempt size=0 before=0 quiet=0
  for attempt in {1..100}; do
    before=$size
    size=$(stat -c %s "$work/wire.pcapng")
    if ((size == before && size > empty_capture)); then quiet=$((quiet + 1)); else quiet=0; fi
    ((quiet < 10)) || break
    sleep 0.05
  done
  ((quiet == 10)) || die "dumpcap wrote no packets, or did not come to an end within ${attempt} looks"
  kill "$capture"
  wait "$capture" || true
}
