# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# about: vxtapd as an ordinary user without any capability, on a TAP that root made

user=nobody
as_user=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups --inh-caps=-all --bounding-set=-all
  --no-new-privs)
mac=$(sed -n 's/^ *mac: "\(.*\)".*/\1/p' "$(example_file h1)")

# The user must come to the configuration and make the control socket. `ip netns exec` gives the daemon mounts of its
# own, in which /dev/net/tun is open to all, as udev leaves it, and the program where any user may execute it,
# whatever the modes of this machine's device and of the directories above the build.
start_as_user() {
  local program=$work/h1/vxtapd
  umask 022
  chmod 711 "$work"
  chown "$user" "$work/h1"
  touch "$program"
  # shellcheck disable=SC2016  # it is the inner shell that expands them
  start_daemon h1 sh -ec '
    words=$1 visible=$2 program=$3
    shift 3
    if [ "$(stat -c %a /dev/net/tun)" != 666 ]; then
      mount -t tmpfs -o mode=755 tmpfs /dev/net
      mknod -m 666 /dev/net/tun c 10 200
    fi
    mount --bind "$program" "$visible"
    exec $words "$visible" "$@"' sh "${as_user[*]}" "$program"
}

# refused COMMAND...: shows that the user may not do this on h1.
refused() {
  command_line "h1: $*"
  if on h1 "${as_user[@]}" "$@" >"$work/refused.log" 2>&1; then die "an ordinary user could: $*"; fi
  quote <"$work/refused.log"
}

title '1. What root does once'
underlay h1 h2
tell <<'TEXT'
        h1                                               h2
   vx42 10.42.0.1                                   vx42 10.42.0.2    overlay
        |                                                |
      vxtapd ============ VXLAN, VNI 42 ============== vxtapd
   a user's, no capability                           root's
        |                                                |
   eth0 192.0.2.1 ------------------------------- eth0 192.0.2.2      underlay

To make an interface, name it and give it addresses takes CAP_NET_ADMIN. To
read and write frames of one that exists does not, if it was made for you. So
root makes the TAP of h1:

TEXT
type_on h1 ip tuntap add vx42 mode tap multi_queue user "$user"
type_on h1 ip link set vx42 address "$mac" mtu 1450 gso_max_size 62361 gso_max_segs 44
type_on h1 ip addr add 10.42.0.1/24 dev vx42
type_on h1 ip link set vx42 up
tell <<TEXT

The second line is what vxtapd would set itself if it could: the MAC of the
file, the MTU that leaves room for the outer headers, and superframes as large
as can leave in one train of packets. The configuration,
config/examples/unprivileged/h1.yaml:

TEXT
show_file h1

title '2. What the user does'
tell <<TEXT
A user logs in and types \`vxtapd --config h1.yaml\`. Here that is $user, who
gets no capability and no way to one. (The control socket is put into a
directory of this run.)

TEXT
command_line "h1: ${as_user[*]} vxtapd --config h1.yaml &"
start_as_user
start_daemon h2
printf '\n'
command_line "h1: grep -E 'Name|Uid|Cap(Prm|Eff|Bnd)' /proc/${daemon[h1]}/status"
grep -E 'Name|Uid|Cap(Prm|Eff|Bnd)' "/proc/${daemon[h1]}/status" | quote
shows $'CapEff:\t0000000000000000' cat "/proc/${daemon[h1]}/status" || die "vxtapd on h1 has a capability"
tell <<'TEXT'

Permitted, effective, bounding: none. All that vxtapd had to say to its log:

TEXT
quote <"$work/h1.log"
if grep -Eq 'warning|error' "$work/h1.log"; then die "vxtapd on h1 was not content with the TAP, see above"; fi

title '3. It is a tunnel like any other'
type_on h1 ping -c 3 -i 0.2 -W 2 -q 10.42.0.2 || die "h2 did not answer h1's ping"
printf '\n'
type_ctl h1 fdb show
shows learned ctl h1 fdb show || die "h1 did not learn the MAC of h2"

title '4. What the user cannot do'
refused ip link set vx42 mtu 9000
refused ip link add vxk type vxlan id 43 remote 192.0.2.2 dstport 4790
tell <<'TEXT'

The second is the kernel's own vxlan, which only root can make. A TAP of root
stays when the daemon stops, and waits for the next one:

TEXT
stop_daemon h1
type_on h1 ip tuntap show
tell <<'TEXT'

Both hosts are taken down now. What to type on two of your own:
config/examples/unprivileged/README.md
TEXT
