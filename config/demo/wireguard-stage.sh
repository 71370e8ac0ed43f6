# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# WireGuard on hosts of the stage: the kernel's, or wireguard-go where it has none, whose socket is in a directory of
# the host's own. Sourced by the story that needs it.

declare -A secret=() open=()  # host -> its keys
declare -A wireguard_go=()    # host -> pid, where the kernel has no WireGuard

command -v wg >/dev/null || die "there is no wg here; Debian's package is wireguard-tools"
for host in h1 h2; do
  secret[$host]=$(wg genkey)
  open[$host]=$(wg pubkey <<<"${secret[$host]}")
done

# wg_setting HOST KEY: from the host's file.
wg_setting() { sed -n "s/^$2 = //p" "$examples/$story/$1-wg0.conf"; }

# start_wireguard_go HOST: until it takes commands. `ip netns exec` gives it mounts of its own.
start_wireguard_go() {
  command -v wireguard-go >/dev/null ||
    die "the kernel has no WireGuard, and there is no wireguard-go here; Debian's package is wireguard-go"
  ip netns exec "$name-$1" sh -ec 'mount -t tmpfs tmpfs /run; exec wireguard-go -f wg0' >"$work/$1/wg0.log" 2>&1 &
  wireguard_go[$1]=$!
  pids+=("$!")
  wait_for "wireguard-go on $1" wg_on "$1" show wg0
}

# wg_on HOST WORD...: wg where its socket is seen.
wg_on() {
  if [[ -n ${wireguard_go[$1]-} ]]; then
    nsenter --target "${wireguard_go[$1]}" --mount --net wg "${@:2}"
  else
    on "$1" wg "${@:2}"
  fi
}
# make_wg0 HOST: what `wg-quick up wg0` does with the host's file, its keys put in.
make_wg0() {
  local other=h1
  if [[ $1 == h1 ]]; then other=h2; fi
  on "$1" ip link add wg0 type wireguard 2>/dev/null || start_wireguard_go "$1"
  sed -e "s|PRIVATE-KEY-OF-.*|${secret[$1]}|" -e "s|PUBLIC-KEY-OF-.*|${open[$other]}|" -e '/^\(Address\|MTU\) /d' \
    "$examples/$story/$1-wg0.conf" >"$work/$1/wg0.conf"
  wg_on "$1" setconf wg0 "$work/$1/wg0.conf"
  on "$1" ip addr add "$(wg_setting "$1" Address)" dev wg0
  on "$1" ip link set wg0 mtu "$(wg_setting "$1" MTU)" up
}

# list_datagrams: of the capture, each with its addresses, port, size and what tshark takes it for.
list_datagrams() {
  tshark -r "$work/wire.pcapng" -T fields -E 'separator=/s' -e ip.src -e ip.dst -e udp.dstport -e frame.len \
    -e _ws.col.Protocol 2>/dev/null |
    awk '{printf "%s > %s:%s  %4d bytes  %s\n", $1, $2, $3, $4, $5}' | quote
}
