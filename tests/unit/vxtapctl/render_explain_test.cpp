#include <boost/json/parse.hpp>
#include <sstream>

#include "ctl/render.hpp"
#include "support/catch.hpp"

using namespace vxtap;
namespace json = boost::json;

namespace {

const ctl::Style kPlain(false);

/// A flooded frame of 20 bytes with a copy for each of two remotes; of the headers three fields.
const std::string kFlooded = R"json({
"verdict": "flooded", "reason": null, "segment": {"vni": 42, "name": "blue", "tap": "vx42"},
"steps": [
  {"step": "frame", "result": "pass", "why": "20 bytes: an Ethernet header, and 6 bytes behind it", "where": null},
  {"step": "storm_control", "result": "info", "why": "`broadcast` has no limit", "where": "/etc/v.yaml:6 (default)"},
  {"step": "destination", "result": "pass", "where": "/etc/v.yaml:9",
   "why": "ff:ff:ff:ff:ff:ff is broadcast: flooded to 2 remotes, 192.0.2.2:4789, 192.0.2.3:4789"}],
"remotes": [
  {"dst": "192.0.2.2", "port": 4789, "source_port": 50000,
   "route": {"dev": "eth0", "gateway": "192.0.2.254", "src": null},
   "path_mtu": 1500, "outer_size": 56, "fit": "fits", "drop": null, "where": "/etc/v.yaml:9",
   "outer": {"bytes": "4500c0000202c350", "fields": [
     {"offset": 0, "size": 2, "header": "IPv4", "field": "version", "value": "4"},
     {"offset": 2, "size": 4, "header": "IPv4", "field": "destination", "value": "192.0.2.2"},
     {"offset": 6, "size": 2, "header": "UDP", "field": "source port", "value": "50000, by the inner flow"}]}},
  {"dst": "2001:db8::3", "port": 8472, "source_port": 50000, "route": null,
   "path_mtu": null, "outer_size": 56, "fit": "too_big", "drop": "too_big", "where": null,
   "outer": {"bytes": "4500c0000203c350", "fields": [
     {"offset": 0, "size": 2, "header": "IPv4", "field": "version", "value": "4"},
     {"offset": 2, "size": 4, "header": "IPv4", "field": "destination", "value": "192.0.2.3"},
     {"offset": 6, "size": 2, "header": "UDP", "field": "source port", "value": "50000, by the inner flow"}]}}],
"inner": "ffffffffffff02000000000188b5000000000000", "answer": null, "would_learn": null,
"decided_by": "/etc/v.yaml:9: peers: {mode: static-flood, remotes: [192.0.2.2, 192.0.2.3]}",
"change": ["vxtapctl fdb del 00:00:00:00:00:00 --vni 42 --remote ADDRESS: no copy for that remote", "limit it"]
})json";

const std::string kDropped = R"json({
"verdict": "dropped", "reason": "vni_unknown", "segment": null,
"steps": [{"step": "segment", "result": "drop", "why": "VNI 43 is not configured on 192.0.2.1:4789",
           "where": "/etc/v.yaml:6 (default)"}],
"remotes": [], "inner": "", "answer": null, "would_learn": null, "decided_by": null,
"notes": ["vx42 is down", "a loop: the route to 192.0.2.2 leads into our own overlay, by vx42; and so on"],
"change": ["add a segment with `vni: 43` here"]
})json";

}  // namespace

TEST_CASE("render explain: a flooded frame") {
  CHECK(ctl::render_explain(json::parse(kFlooded), kPlain) == R"text(flooded
  segment blue, VNI 42, TAP vx42

  1  ok  frame          20 bytes: an Ethernet header, and 6 bytes behind it
  2  -   storm_control  `broadcast` has no limit
  3  ok  destination    ff:ff:ff:ff:ff:ff is broadcast: flooded to 2 remotes,
                        192.0.2.2:4789, 192.0.2.3:4789
                        /etc/v.yaml:9

to 192.0.2.2:4789 from port 50000
  route     eth0 via 192.0.2.254
  path MTU  1500; the outer packet has 56 bytes and fits
  written   /etc/v.yaml:9
     IPv4
  0  45 00        version = 4
  2  c0 00 02 02  destination = 192.0.2.2
     UDP
  6  c3 50        source port = 50000, by the inner flow

to [2001:db8::3]:8472 from port 50000  DROP too_big
  route     none: the kernel refuses to send there
  path MTU  not known; the outer packet has 56 bytes and is too big
  the outer headers are those of the first, but for
     IPv4
  2  c0 00 02 03  destination = 192.0.2.3

the inner frame  20 bytes
  0-13   Ethernet  02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, type 0x88b5
  14-19  data      6 bytes

decided by
  /etc/v.yaml:9: peers: {mode: static-flood, remotes: [192.0.2.2, 192.0.2.3]}

to change it
  * vxtapctl fdb del 00:00:00:00:00:00 --vni 42 --remote ADDRESS: no copy for
    that remote
  * limit it

not asked: firewalls (nftables, iptables) and traffic control of this host
)text");
}

TEST_CASE("render explain: a dropped datagram") {
  CHECK(ctl::render_explain(json::parse(kDropped), kPlain) == R"text(dropped: vni_unknown
  VNI not configured on this local address and port
  note  vx42 is down
  note  a loop: the route to 192.0.2.2 leads into our own overlay, by vx42; and
        so on

  1  DROP  segment  VNI 43 is not configured on 192.0.2.1:4789
                    /etc/v.yaml:6 (default)

to change it
  add a segment with `vni: 43` here
)text");
}

TEST_CASE("render explain: 80 columns") {
  for (const auto& document : {kFlooded, kDropped}) {
    std::istringstream lines(ctl::render_explain(json::parse(document), kPlain));
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
  }
}
