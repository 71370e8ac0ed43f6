#!/usr/bin/env bash
# Whether what is in the tarball runs in a root that has nothing but glibc and devices: not even a shell; and whether it
# is a service once one has done what INSTALL says. Run by private_root.sh.
# shellcheck disable=SC2317  # check() calls the functions it is given
set -euo pipefail
# shellcheck source=tests/package/checks.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/checks.sh"

tarball=$1
root=/tmp/root
place='/opt/any where'

make_root() {
  local file
  mkdir -p "$root"/{dev/net,proc,sys,run,tmp,"$place"}
  mount --rbind /dev "$root/dev"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  # The loader under the name that is in every program, and the libraries of the package libc6 beside libc.
  install -D -t "$root/lib64" /lib64/ld-linux-x86-64.so.2
  local libraries=/lib/x86_64-linux-gnu
  for file in "$libraries"/lib{c,m,dl,rt,pthread,resolv}.so.[0-9]* "$libraries"/libnss_*.so.2; do
    dpkg-query --search "*$file" 2>/dev/null | grep -q ^libc6: && install -D -t "$root$libraries" "$file"
  done
  tar -xzf "$tarball" -C "$root$place" --strip-components=1
}

# run PROGRAM [ARGUMENT...]: of the tarball, in that root.
run() { chroot "$root" "$place/$1" "${@:2}"; }
control() { run bin/vxtapctl -s /run/control.sock "$@"; }

check_programs() {
  say "programs"
  check "no library of glibc is brought along" nothing \
    find "$root$place/lib/vxtap" -name 'ld-*' -o -name 'libc.so*' -o -name 'libm.so*' -o -name 'libresolv*'
  check "each library's terms are there" test -s "$root$place/share/doc/vxtap/licenses/libstdc++6"
  check "vxtapd --version" run sbin/vxtapd --version
  check "vxtapctl --help" run bin/vxtapctl --help
  check "vxtapd --check" run sbin/vxtapd --check --config "$place/share/doc/vxtap/examples/vxtapd.yaml"
  check "vxtapctl check" run bin/vxtapctl check "$place/share/doc/vxtap/examples/trunk.yaml"
  check "vxtapd --from-ip" run sbin/vxtapd --from-ip "ip link add v type vxlan id 42 local 192.0.2.1 remote 192.0.2.2"
  local file
  for file in INSTALL LICENSE share/man/man8/vxtapd.8 share/bash-completion/completions/vxtapctl \
    lib/systemd/system/vxtapd.service lib/sysusers.d/vxtap.conf; do
    check "$file" test -s "$root$place/$file"
  done
}

check_tunnel() {
  say "a tunnel"
  cat >"$root/tmp/vxtapd.yaml" <<'YAML'
control: {socket: /run/control.sock}
underlay: {local: 127.0.0.1}
segments:
  - vni: 42
    tap: {name: vx42, addresses: [10.42.0.1/24]}
    peers: {mode: unicast, remote: 127.0.0.2}
YAML
  chroot "$root" "$place/sbin/vxtapd" --config /tmp/vxtapd.yaml &
  local daemon=$!
  check "vxtapd is up" eventually control show
  check "its TAP is" ip link show vx42
  check "explain, by libtins" control explain --vni 42 --from tap --src 02:00:00:00:00:01 --dst 02:00:00:00:00:02
  control capture --filter arp --count 1 -w /tmp/arp.pcapng &
  check "capture, by libpcap" eventually some_arp
  check "doctor" control doctor
  local status=0
  kill "$daemon"
  wait "$daemon" || status=$?
  check "vxtapd stops as asked" same 0 "$status"
}

some_arp() {
  ping -c 1 -W 0.1 10.42.0.2
  # More than the file's head: a packet.
  (($(stat -c %s "$root/tmp/arp.pcapng") > 400))
}

check_service() {
  say "a service, by INSTALL"
  cd -- "$root$place"
  sed -n '/^As a service/,$s/^  sudo //p' INSTALL | grep -vE '^(editor|systemctl)' >/tmp/install.sh
  check "its commands work" bash -e /tmp/install.sh
  check "there are such" test -e /usr/local/lib/systemd/system/vxtapd.service
  check "the units are right" nothing systemd-analyze verify --man=no vxtapd.service vxtapd@blue.service
  check "they name these programs" not grep '/usr/s\?bin/vxtap' /usr/local/lib/systemd/system/vxtapd*.service
  check "user vxtap" getent passwd vxtap
  check "the configuration is right" /usr/local/sbin/vxtapd --check
}

make_root
check_programs
check_tunnel
check_service
finish
