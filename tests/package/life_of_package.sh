#!/usr/bin/env bash
# What the Debian package does to a host from its first installation until it is purged. Run by private_root.sh. No
# systemd runs here; where the maintainer scripts shall find one, its systemctl only writes down what it was asked.
# shellcheck disable=SC2317  # check() calls the functions it is given
set -euo pipefail
# shellcheck source=tests/package/checks.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/checks.sh"

package=$1
configuration=/etc/vxtapd/vxtapd.yaml
calls=/tmp/calls
notes=/tmp/notes

# Where nobody answers a question, one is a failure.
export DEBIAN_FRONTEND=noninteractive
install_package() { dpkg --install "$1" </dev/null; }

# What this host has and the one below has not, and the other way round; but for the records that dpkg and others keep
# of what happened.
changes() {
  local path
  (cd /run/changes && find . -mindepth 1 -printf '/%P\n') | while read -r path; do
    case $path in
      /var/lib/dpkg/* | /var/cache/* | /var/log/* | /etc/.pwd.lock | /etc/*-) continue ;;
    esac
    if [[ ! -e $path && ! -L $path ]]; then echo "removed $path"; fi
    if [[ ! -e /run/below$path && ! -L /run/below$path ]]; then echo "new $path"; fi
  done | sort
}

# newer FILE: the same package with a higher version, its path.
newer() {
  dpkg-deb --raw-extract "$1" /tmp/newer
  sed -i 's/^Version: .*/Version: 99-1/' /tmp/newer/DEBIAN/control
  dpkg-deb --root-owner-group -Zgzip --build /tmp/newer /tmp/newer.deb >/dev/null
  echo /tmp/newer.deb
}

version() { dpkg-query -W -f '${Version}' vxtap; }
enabled() { systemctl --root=/ is-enabled "$1" 2>/dev/null || true; }

# with_systemd COMMAND...: while systemd seems to run. What it was asked is in $calls.
with_systemd() {
  mkdir -p /run/systemd/system /tmp/stand-in
  printf '#!/bin/sh\necho "$*" >>%s\n' "$calls" >/tmp/stand-in/systemctl
  chmod +x /tmp/stand-in/systemctl
  : >"$calls"
  PATH=/tmp/stand-in:$PATH "$@" || return
  rmdir /run/systemd/system
}

# with_notes COMMAND...: what it prints is in $notes too.
with_notes() { "$@" 2>&1 | tee "$notes"; }

check_manual() {
  local page=$1
  check "man -l ${page##*/} has no warnings" nothing bash -c "man --warnings=mac -l '$page' | cat >/dev/null"
  check "man -l ${page##*/} shows it" bash -c "man -l '$page' | grep -q '^NAME'"
  check "${page##*/} has a line for whatis" lexgrog "$page"
}

first_installation() {
  say "install"
  check "it installs where no systemd runs" install_package "$package"
  check "what is there is what was packed" nothing dpkg --verify vxtap
  check "user vxtap" getent passwd vxtap
  check "group vxtap" getent group vxtap
  check "nobody logs in as vxtap" grep -q '^vxtap:.*nologin$' /etc/passwd
  check "not enabled" same disabled "$(enabled vxtapd.service)"
  check "vxtapd runs" vxtapd --version
  check "vxtapctl runs" vxtapctl --help
  check "the configuration is right" vxtapd --check --config "$configuration"
  check "the units are right" nothing systemd-analyze verify --man=no vxtapd.service vxtapd@blue.service
  check "vxtapd.service is ours" same /usr/lib/systemd/system/vxtapd.service \
    "$(realpath /lib/systemd/system/vxtapd.service)"

  local page
  for page in /usr/share/man/man8/vxtap{d,ctl}.8.gz /usr/share/man/man5/vxtapd.yaml.5.gz; do check_manual "$page"; done
  for page in vxtapd vxtapctl vxtapd.yaml; do check "man -w $page" man -w "$page"; done
  for page in vxtapd vxtapctl; do
    check "bash completes $page" bash -c ". /usr/share/bash-completion/completions/$page && complete -p $page"
  done
  # shellcheck disable=SC2016  # zsh's to expand
  check "zsh completes vxtapctl" zsh -fc \
    'autoload -Uz compinit && compinit -D -u && [[ -n $_comps[vxtapctl] ]] && autoload -Uz +X $_comps[vxtapctl]'

  for page in copyright changelog.gz changelog.Debian.gz README.md.gz examples/point-to-point/h1.yaml; do
    check "doc/$page" test -s "/usr/share/doc/vxtap/$page"
  done
  local example
  while read -r example; do
    check "${example##*/examples/} is right" vxtapd --check --config "$example"
  done < <(find /usr/share/doc/vxtap/examples -name '*.yaml')
}

upgrade() {
  say "upgrade, with an edited configuration and the service enabled"
  printf '# edited\n' >>"$configuration"
  systemctl --root=/ enable vxtapd.service vxtapd@blue.service 2>/dev/null
  cp "$configuration" /etc/vxtapd/blue.yaml
  echo 'segments: none' >/etc/vxtapd/red.yaml
  check "it upgrades" with_notes with_systemd install_package "$(newer "$package")"
  check "a refused file is named" grep -q '^vxtapd: /etc/vxtapd/red.yaml is refused; if vxtapd@red' "$notes"
  rm /etc/vxtapd/blue.yaml /etc/vxtapd/red.yaml
  check "is the new version" same 99-1 "$(version)"
  check "the edited configuration stays" grep -q '^# edited' "$configuration"
  check "nothing beside it" same vxtapd.yaml "$(ls /etc/vxtapd)"
  check "still enabled" same enabled "$(enabled vxtapd.service)"
  check "restarted and not stopped, where the file is accepted" same \
    $'--system daemon-reload\ntry-restart vxtapd@blue.service vxtapd.service' "$(cat "$calls")"
}

removal() {
  say "remove, and install again"
  check "it goes" with_systemd dpkg --remove vxtap
  check "stopped" same $'stop vxtapd.service vxtapd@*.service\n--system daemon-reload' "$(cat "$calls")"
  check "no program" not test -e /usr/sbin/vxtapd
  check "no unit" not test -e /usr/lib/systemd/system/vxtapd.service
  check "the configuration stays" grep -q '^# edited' "$configuration"
  check "it comes back" install_package "$package"
  check "with the configuration it had" grep -q '^# edited' "$configuration"
  check "enabled as it was" same enabled "$(enabled vxtapd.service)"
}

purge() {
  say "purge"
  check "it goes for good" dpkg --purge vxtap
  check "nothing is left" diff /tmp/before <(changes)
  check "but the user" getent passwd vxtap

  say "purge, with another configuration beside"
  check "it installs once more" install_package "$package"
  cp "$configuration" /etc/vxtapd/blue.yaml
  check "it goes for good" dpkg --purge vxtap
  check "what is not its own stays" same blue.yaml "$(ls /etc/vxtapd)"
}

# What images for containers are told: to leave manuals and documentation out, and to start no service.
sed -i '/^path-/d' /etc/dpkg/dpkg.cfg.d/*
rm -f /usr/sbin/policy-rc.d
if dpkg-query -W vxtap >/dev/null 2>&1; then dpkg --purge vxtap; fi
changes >/tmp/before
first_installation
upgrade
removal
purge
finish
