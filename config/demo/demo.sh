#!/usr/bin/env bash
# The demos: each builds one of the networks of config/examples in network namespaces, tells what happens in it, and
# takes it down again.
#
# usage (as root): demo.sh DIRECTORY-WITH-vxtapd-AND-vxtapctl [NAME]; without NAME it lists them and plays the first.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
stories=(point-to-point routed-gateways containers bridge-and-tap multicast-group open-vswitch one-tap-many-vnis
  flood-list unprivileged wireguard)

list() {
  local one
  for one in "${stories[@]}"; do printf '  %-18s %s\n' "$one" "$(sed -n 's/^# about: //p' "$here/$one.sh")"; done
}

if (($# < 1)); then
  printf 'usage: demo.sh DIRECTORY-WITH-vxtapd-AND-vxtapctl [NAME]; NAME is one of\n%s\n' "$(list)" >&2
  exit 2
fi
bin=$1 story=${2-}
if [[ -z $story ]]; then
  printf 'The demos; ./dev demo NAME plays one:\n\n%s\n' "$(list)"
  story=${stories[0]}
elif [[ " ${stories[*]} " != *" $story "* ]]; then
  printf 'demo: there is no demo named %s; there are\n%s\n' "$story" "$(list)" >&2
  exit 2
fi
examples=$here/../examples

# shellcheck source=config/demo/stage.sh
. "$here/stage.sh"
# shellcheck source=config/demo/frame.sh
. "$here/frame.sh"
# shellcheck source=/dev/null
. "$here/$story.sh"
