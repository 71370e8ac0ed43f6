#!/bin/sh
# Boots a real systemd as process 1 of a private machine: its own root (an overlay of / that is forgotten), processes,
# mounts, name and control groups, in the network namespace of the caller. Runs until the machine ends or SIGTERM,
# which ends the machine; then nothing of it is left.
#
# usage: boot.sh FILES
# What is in the directory FILES is copied over the root before process 1 starts. The first line on standard output
# is the process id, outside, of the machine's process 1.
set -eu

# private_cgroup DIRECTORY: the whole hierarchy, whatever this host mounts where.
private_cgroup() { mount -t cgroup2 cgroup2 "$1"; }

# Process 1 of the new namespaces.
begin() {
  mount -t tmpfs -o mode=755 tmpfs /mnt
  mkdir /mnt/upper /mnt/work /mnt/root /mnt/cgroup
  private_cgroup /mnt/cgroup
  echo 0 >"/mnt/cgroup/$VXTAP_CGROUP/cgroup.procs"
  umount /mnt/cgroup
  exec unshare --cgroup "$0" --root "$@"
}

# Everything that process 1 finds, then process 1 itself.
make_root() {
  mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
  cd /mnt/root
  make_devices
  mount -t proc proc proc
  # As containers have them: this kernel is not the machine's to set.
  mount --bind proc/sys proc/sys
  mount -o remount,bind,ro proc/sys
  mount -t sysfs -o ro sysfs sys
  private_cgroup sys/fs/cgroup
  mount -t tmpfs -o mode=755 tmpfs run
  mount -t tmpfs -o mode=1777 tmpfs tmp
  quiet_boot
  cp -rL "$1"/. .
  chroot . systemd-sysusers
  # Of its own; and where this host has none, systemd would take it for the first boot and enable everything.
  tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
  mkdir -p tmp/before
  pivot_root . tmp/before
  cd /
  umount -l tmp/before
  rmdir tmp/before
  exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=multi-user.target --show-status=no
}

make_devices() {
  mount -t tmpfs -o mode=755 tmpfs dev
  for device in null zero full random urandom tty; do
    : >"dev/$device"
    mount --bind "/dev/$device" "dev/$device"
  done
  mkdir dev/net dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  mknod -m 666 dev/net/tun c 10 200
}

# Of what this host would start only the journal stays, and what makes users and files.
quiet_boot() {
  rm -rf etc/systemd/system lib/systemd/system-generators
  mkdir -p etc/systemd/system
  for wants in lib/systemd/system/sysinit.target.wants/* lib/systemd/system/sockets.target.wants/* \
    lib/systemd/system/multi-user.target.wants/* lib/systemd/system/timers.target.wants/*; do
    case $wants in
      */systemd-journald*.s* | */systemd-tmpfiles-setup.service) ;;
      *) rm -f "$wants" ;;
    esac
  done
  rm -rf var/log/journal
}

case $1 in
  --begin | --root)
    step=$1
    shift
    if [ "$step" = --begin ]; then begin "$@"; else make_root "$@"; fi
    ;;
esac

# The outermost process from here. One name for each running machine, in the caller's own control group.
VXTAP_CGROUP=$(sed -n 's/^0:://p' /proc/self/cgroup)/vxtap-machine-$$
export VXTAP_CGROUP

# in_cgroups COMMAND...: in the directory that is the root of the hierarchy.
in_cgroups() { unshare --mount sh -euc 'mount -t cgroup2 cgroup2 /mnt; cd /mnt; exec "$@"' sh "$@"; }

machine=
end_machine() {
  if [ -n "$machine" ]; then kill -KILL "$machine" 2>/dev/null || true; fi
  wait
  # The last processes of a killed machine take a moment to go.
  tries=100
  until in_cgroups find "./$VXTAP_CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null || [ $((tries -= 1)) = 0 ]; do
    sleep 0.1
  done
}
trap end_machine EXIT
# Once: of a parent that is killed each thread's end is another SIGTERM.
trap 'trap "" TERM INT; exit 0' TERM INT
in_cgroups mkdir "./$VXTAP_CGROUP"
unshare --mount --pid --fork --uts --ipc --kill-child "$0" --begin "$@" &
machine=$!
while :; do
  read -r first </proc/$machine/task/$machine/children || true
  if [ -n "$first" ] || ! kill -0 "$machine" 2>/dev/null; then break; fi
  sleep 0.01
done
echo "$first"
wait "$machine"
