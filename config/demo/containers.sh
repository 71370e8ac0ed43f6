# shellcheck shell=bash disable=SC2154  # demo.sh and stage.sh set what all of them share
# about: containers of two hosts: what they learn, what gets lost

title '1. One network on two hosts'
underlay h1 h2
tell <<'TEXT'
   web 172.18.0.11                                  db 172.18.0.12
        |                                                |
      br-net                                           br-net
        |                                                |
      vx200 ======= vxtapd, VNI 200, vxtapd ========== vx200
   eth0 192.0.2.1 ------------------------------- eth0 192.0.2.2

br-net is what `docker network create` makes: a bridge that containers are
plugged into. Here it is made by hand, and web and db are namespaces.

TEXT
for host in h1 h2; do
  type_on "$host" ip link add br-net type bridge
  type_on "$host" ip link set br-net up
done
plug web h1 br-net 172.18.0.11/16 02:42:ac:12:00:0b
plug db h2 br-net 172.18.0.12/16 02:42:ac:12:00:0c
tell <<'TEXT'

vxtapd makes one more port of it. h1.yaml in config/examples/containers:

TEXT
show_file h1
start_daemon h1
start_daemon h2
printf '\n'
type_on h1 ls /sys/class/net/br-net/brif

title '2. From container to container'
start_capture h1
type_ping web -c 3 -i 0.2 172.18.0.12
stop_capture
read_capture
printf '\n'
list_wire
printf '\n'
type_on web ip neigh
type_on db ip neigh
shows 02:42:ac:12:00:0c on web ip neigh || die "web does not know the MAC of db"
shows 02:42:ac:12:00:0b on db ip neigh || die "db does not know the MAC of web"
printf '\n'
type_ctl h1 fdb show --mac 02:42:ac:12:00:0c
type_ctl h2 fdb show --mac 02:42:ac:12:00:0b
shows 02:42:ac:12:00:0c ctl h1 fdb show || die "h1 did not learn the MAC of db"
shows 02:42:ac:12:00:0b ctl h2 fdb show || die "h2 did not learn the MAC of web"
tell <<'TEXT'

One question and its answer taught four tables: each container has the other's
MAC, and each host the VTEP it is behind. The hosts have no address in the
network: to the containers vxtapd is a wire between the bridges. IGMPv3, where
it is listed, is a bridge that tells that it snoops multicast.
TEXT

title '3. Which size gets lost'
mtu=$(on h1 cat /sys/class/net/vx200/mtu)
inside=$(on web cat /sys/class/net/eth0/mtu)
fits=$((mtu - 28))
((inside > mtu)) || die "web has an MTU of $inside already"
tell <<TEXT
The tunnel leaves room for $mtu bytes, but the containers were not told: their
eth0 has $inside. With the IP and ICMP headers, 28 bytes, a ping of $fits fits.

TEXT
type_ping web -c 1 -M 'do' -s "$fits" 172.18.0.12
type_lost_ping web -c 1 -W 1 -M 'do' -s $((fits + 1)) 172.18.0.12
tell <<TEXT

The bridge drops what is too long for its port vx200 and tells nobody. That is
the network where ping and login work and the first long answer hangs. So
containers get the tunnel's MTU; for "docker network create" that is
-o com.docker.network.driver.mtu=$mtu.

TEXT
for container in web db; do type_on "$container" ip link set eth0 mtu "$mtu"; done
type_ping web -c 1 -s $((fits + 1)) 172.18.0.12
tell <<'TEXT'

The same ping: web now cuts it in two pieces itself, and TCP uses smaller
segments from the start.

The hosts are taken down now. What to type on two of your own, with Docker:
config/examples/containers/README.md
TEXT
