#!/usr/bin/env bash
# private_root.sh SCRIPT FILE: runs the script, as root, on a host of its own: an overlay of this one's root, whose
# changes vanish with it, and namespaces of its own, whose processes do. FILE may be a pattern; the script is given
# the copy in /tmp/given. In /run/below it finds the root below, in /run/changes the overlay's changes. Exits with what
# the script exits with; 77 where this machine cannot make such a host.
set -euo pipefail

cannot() {
  printf 'skipped: %s\n' "$*"
  exit 77
}

if [[ $1 != --inside ]]; then
  ((EUID == 0)) || cannot "not root"
  [[ -c /dev/net/tun ]] || cannot "no /dev/net/tun"
  namespaces=(unshare --mount --pid --fork --kill-child --net --uts --ipc)
  "${namespaces[@]}" true || cannot "namespaces"
  # A pattern that the caller could not expand.
  mapfile -t files < <(compgen -G "$2")
  ((${#files[@]} == 1)) || {
    printf '%s: %s files\n' "$2" "${#files[@]}"
    exit 1
  }
  exec "${namespaces[@]}" -- "$0" --inside "$(realpath "$1")" "$(realpath "${files[0]}")"
fi
script=$2 file=$3

mount -t tmpfs tmpfs /mnt
root=/mnt/root
mkdir /mnt/upper /mnt/work "$root"
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay "$root" || cannot "no overlay of /"

mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
for directory in run tmp dev; do mount -t tmpfs tmpfs "$root/$directory"; done
mkdir "$root/dev/net"
for device in null zero full random urandom tty net/tun; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/run/below" "$root/run/changes" "$root/tmp/given"
mount --bind -o ro / "$root/run/below"
mount --bind /mnt/upper "$root/run/changes"
cp -- "$file" "$script" "$(dirname -- "$script")/checks.sh" "$root/tmp/given"

cd -- "$root"
pivot_root . mnt
umount --lazy /mnt
ip link set lo up
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
  bash "/tmp/given/${script##*/}" "/tmp/given/${file##*/}"
