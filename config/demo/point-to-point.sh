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
h1's configuration, config/examples/point-to-point/h1.yaml:

TEXT
show_file h1
start_daemon h1
start_daemon h2
title '2. Before the first frame'
command_line vxtapctl fdb show
ctl h1 fdb show | quote
tell <<'TEXT'

The all-zero MAC is the flood list: where frames go whose MAC nobody has
been heard from yet. It comes from `peers`. Nothing has been learned.
TEXT

title '3. A ping across'
start_capture h1
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
