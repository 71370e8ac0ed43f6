#include "config/difference.hpp"

#include "refusal.hpp"
#include "support/catch.hpp"

namespace vxtap::config {
namespace {

Config load(const std::string& yaml) {
  return load_text(yaml, "f").config.value();
}

std::string segment(int vni, const std::string& more = {}) {
  const std::string number = std::to_string(vni);
  return "  - {vni: " + number + ", tap: t" + number + ", peers: {mode: unicast, remote: 192.0.2.2}" + more +
         "}\n";
}

}  // namespace

TEST_CASE("difference: nothing changed though every line moved") {
  const Config before = load(kHead + segment(1) + segment(2));
  const Config after = load("# a comment\n\n" + kHead + segment(2) + "\n" + segment(1));
  const Difference out = difference(before, after);
  CHECK(out.added.empty());
  CHECK(out.removed.empty());
  CHECK(out.changed.empty());
  CHECK(out.unchanged == std::vector<Difference::Pair>{{1, 0}, {0, 1}});
  CHECK(out.needs_restart.empty());
}

TEST_CASE("difference: added, removed, changed and unchanged") {
  const Config before = load(kHead + segment(1) + segment(2) + segment(3));
  const Config after = load(kHead + segment(4) + segment(3, ", fdb: {ageing: 1s}") + segment(1));
  const Difference out = difference(before, after);
  CHECK(out.added == std::vector<std::size_t>{0});
  CHECK(out.removed == std::vector<std::size_t>{1});
  CHECK(out.changed == std::vector<Difference::Pair>{{2, 1}});
  CHECK(out.unchanged == std::vector<Difference::Pair>{{0, 2}});
}

TEST_CASE("difference: a segment on another endpoint is another segment") {
  const Config before = load(kHead + segment(1));
  for (const auto* underlay : {"{local: 192.0.2.3}", "{port: 8472}", "{device: eth0}"}) {
    INFO(underlay);
    const Difference out =
        difference(before, load(kHead + segment(1, std::string(", underlay: ") + underlay)));
    CHECK(out.added == std::vector<std::size_t>{0});
    CHECK(out.removed == std::vector<std::size_t>{0});
    CHECK(out.changed.empty());
  }
  const Difference same =
      difference(before, load(kHead + segment(1, ", name: other, underlay: {accept: any}")));
  CHECK(same.changed == std::vector<Difference::Pair>{{0, 0}});
}

TEST_CASE("difference: every later key counts as a change of its segment") {
  const std::string neighbour = "{ip: 10.0.0.1, mac: '02:00:00:00:00:01'}";
  const Config before = load(kHead + segment(1));
  for (const auto& more :
       {std::string("underlay: {ttl: 9}"), std::string("underlay: {tos: inherit}"),
        std::string("underlay: {df: set}"), std::string("underlay: {reserved_bits: ignore}"),
        std::string("fdb: {learn_port: true}"), std::string("vlan: 10"),
        std::string("storm_control: {broadcast: 1}"), std::string("neighbour_suppression: true"),
        "neighbours: [" + neighbour + "]", std::string("multicast_snooping: true")}) {
    INFO(more);
    const Difference out = difference(before, load(kHead + segment(1, std::string(", ").append(more))));
    CHECK(out.changed == std::vector<Difference::Pair>{{0, 0}});
    CHECK(out.added.empty());
    CHECK(out.removed.empty());
  }
  const auto with_label = [](const std::string& label) {
    return load("underlay: {local: '2001:db8::1', flow_label: " + label +
                "}\nsegments:\n  - {vni: 1, tap: t1, peers: {mode: unicast, remote: '2001:db8::2'}}\n");
  };
  CHECK(difference(with_label("auto"), with_label("0")).changed.size() == 1);
}

TEST_CASE("difference: a range that moves leaves the segments alone that it keeps") {
  const auto range = [](const std::string& vnis, const std::string& vids) {
    return load(kHead + "  - {vni: " + vnis + ", vlan: " + vids +
                ", tap: t0, peers: {mode: unicast, remote: 192.0.2.2}}\n");
  };
  const Difference out = difference(range("100-102", "10-12"), range("101-103", "11-13"));
  CHECK(out.removed == std::vector<std::size_t>{0});
  CHECK(out.added == std::vector<std::size_t>{2});
  CHECK(out.unchanged == std::vector<Difference::Pair>{{1, 0}, {2, 1}});
  CHECK(out.changed.empty());
}

TEST_CASE("difference: what waits for a restart is named") {
  const Config before = load(kValid);
  const Config after =
      load("workers: 4\ncontrol: {socket: /tmp/s, group: ops}\nlog: {level: debug}\n" + kValid);
  CHECK(difference(before, after).needs_restart ==
        std::vector<std::string>{"workers: from auto to 4",
                                 "control.socket: from /run/vxtapd/control.sock to /tmp/s",
                                 "control.group: from none to ops"});
}

}  // namespace vxtap::config
