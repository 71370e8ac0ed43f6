# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# Open vSwitch on hosts of the stage: a database and a switch in the host's namespace, with the userspace datapath,
# which needs no kernel module. All their files are in the host's directory, so an Open vSwitch that the machine runs
# itself is not touched. Sourced by the stories that need it.

# For a subshell about to become one of Open vSwitch's programs on HOST.
live_in() {
  export OVS_RUNDIR=$work/$1 OVS_LOGDIR=$work/$1 OVS_DBDIR=$work/$1 OVS_SYSCONFDIR=$work/$1
}

# ovs_on HOST PROGRAM ARGUMENT...
ovs_on() (
  live_in "$1"
  exec ip netns exec "$name-$1" "${@:2}"
)

# type_ovs HOST PROGRAM ARGUMENT...: as type_on.
type_ovs() {
  command_line "$1: ${*:2}"
  ovs_on "$@" 2>&1 | quote
}

# start_ovs_program HOST PROGRAM ARGUMENT...: in the background, ended with the stage.
start_ovs_program() {
  (
    live_in "$1"
    exec ip netns exec "$name-$1" "${@:2}" --pidfile
  ) >"$work/$1/$2.log" 2>&1 &
  pids+=("$!")
}

# start_open_vswitch HOST: until it takes commands.
start_open_vswitch() {
  command -v ovs-vswitchd >/dev/null || die "there is no Open vSwitch here; Debian's package is openvswitch-switch"
  ovs_on "$1" ovsdb-tool create "$work/$1/conf.db"
  start_ovs_program "$1" ovsdb-server "$work/$1/conf.db" "--remote=punix:$work/$1/db.sock"
  wait_for "ovsdb-server on $1" ovs_on "$1" ovs-appctl -t ovsdb-server version
  ovs_on "$1" ovs-vsctl --no-wait init
  start_ovs_program "$1" ovs-vswitchd
  wait_for "ovs-vswitchd on $1" ovs_on "$1" ovs-appctl version
}

# Open vSwitch reads a veth as a packet socket: checksums that its peer leaves to a device would reach it unfinished.
finish_checksums() { on "$1" ethtool -K "$2" tx off >/dev/null; }
