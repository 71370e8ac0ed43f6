# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# What was on the wire: reads a capture, lists its packets, takes one apart. Sourced by demo.sh.

fields=(
  frame.len eth.src eth.dst ip.src ip.dst ip.ttl udp.srcport udp.dstport udp.payload vxlan.vni
  arp.opcode arp.src.proto_ipv4 arp.dst.proto_ipv4 icmp.type icmp.seq ip.len ipv6.src ipv6.dst ipv6.hlim
  _ws.col.Protocol
)

# Reads the capture into `wire`, a line per packet: the fields apart by |, outer and inner values by a comma. By
# itself tshark takes port 4789 alone for VXLAN.
read_capture() {
  local arguments=() field
  for field in "${fields[@]}"; do arguments+=(-e "$field"); done
  mapfile -t wire < <(tshark -r "$work/wire.pcapng" -d udp.port==8472,vxlan -T fields \
    -E 'separator=|' "${arguments[@]}" 2>/dev/null)
  ((${#wire[@]} > 0)) || die "no VXLAN packet was captured on eth0"
}

# split LINE: sets the variables of one packet. The caller declares them local.
# shellcheck disable=SC2034  # not every caller uses all of them
split() {
  IFS='|' read -r length mac_from mac_to from to ttl from_port to_port payload vni opcode asker asked type sequence \
    size from6 to6 hops protocol <<<"$1"
}

outer() { printf '%s' "${1%%,*}"; }
inner() { printf '%s' "${1##*,}"; }

# list_wire: one line for each captured packet.
list_wire() {
  local length mac_from mac_to from to ttl from_port to_port payload vni opcode asker asked type sequence size
  local line what number=0 from6 to6 hops protocol
  printf '  %s #  %-21s  %-5s %4s  %-17s  %s%s\n' "$bold" 'outer IP' sport VNI 'inner destination' \
    'inner frame' "$plain"
  for line in "${wire[@]}"; do
    split "$line"
    case $opcode:$type in
      1:) what="who has $asked?" ;;
      2:) what="$asker is here" ;;
      :8) what="echo request $sequence" ;;
      :0) what="echo reply $sequence" ;;
      *) what=$protocol ;;
    esac
    number=$((number + 1))
    printf '  %2d  %-21s  %5s %4s  %-17s  %s\n' "$number" "$(outer "$from") > $(outer "$to")" "$from_port" "$vni" \
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
  local line header from6 to6 hops protocol
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

# The first packet of a capture that went over IPv6, as far as it differs from the one above.
explain_ipv6_headers() {
  local length mac_from mac_to from to ttl from_port to_port payload vni opcode asker asked type sequence size
  local from6 to6 hops protocol header
  split "${wire[0]}"
  [[ -n $from6 && -n $vni ]] || die "the first captured packet is no VXLAN over IPv6"
  header=$(fold -w 2 <<<"${payload:0:16}" | paste -s -d ' ')

  printf '  %s%6s  %-14s  %s%s\n' "$bold" bytes layer "the first packet: $length bytes on the wire" "$plain"
  layer 14-53 'outer IPv6' "$from6 > $to6  hop limit $hops"
  layer 54-61 'outer UDP' "$from_port > $to_port" \
    "$to_port is what Linux used before VXLAN had a number" \
    "of its own; tshark -d udp.port==$to_port,vxlan reads it"
  layer 62-69 'VXLAN' "$header" "${header:12:8} is VNI $vni"
}
