#include "iproute2/bridge_line.hpp"

#include "support/catch.hpp"
#include "support/printing.hpp"
#include "support/values.hpp"
#include "translated.hpp"

using namespace vxtap;
using namespace vxtap::iproute2;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string kFlood = "bridge fdb append 00:00:00:00:00:00 dev v0 dst ";
const std::string kAdd = "bridge fdb add 02:00:00:00:00:09 dev v0 dst 192.0.2.9 ";

Translated with(const std::string& commands, const std::string& options = "") {
  return translated(kLine + options + "\n" + commands);
}

config::StaticEntry entry(const std::string& mac, const Remote& remote) {
  return {test::mac(mac), remote, {}};
}

}  // namespace

TEST_CASE("bridge fdb: all-zero entries become the flood list") {
  const auto peers = with(kFlood + "192.0.2.2\n" + kFlood + "192.0.2.3 port 8472").segment().peers;
  CHECK(peers.mode == PeerMode::kStaticFlood);
  CHECK(peers.remotes == std::vector{test::remote("192.0.2.2"), test::remote("192.0.2.3", 8472)});
}

TEST_CASE("bridge fdb: the flood list begins with the device's remote, which is there once") {
  const auto more = with(kFlood + "192.0.2.2\n" + kFlood + "192.0.2.3", "remote 192.0.2.2").segment().peers;
  CHECK(more.mode == PeerMode::kStaticFlood);
  CHECK(more.remotes == std::vector{test::remote("192.0.2.2"), test::remote("192.0.2.3")});
  const auto same = with(kFlood + "192.0.2.2 port 4789", "remote 192.0.2.2").segment().peers;
  CHECK(same.mode == PeerMode::kUnicast);
  const auto gone =
      with("bridge fdb del 00:00:00:00:00:00 dev v0 dst 192.0.2.2", "remote 192.0.2.2").segment();
  CHECK(gone.peers.remotes.empty());
}

TEST_CASE("bridge fdb: without dst the whole flood list is deleted") {
  const std::string del = "bridge fdb del 00:00:00:00:00:00 dev v0";
  const auto all = with(kFlood + "192.0.2.3\n" + del, "remote 192.0.2.2").segment();
  CHECK(all.peers.remotes.empty());
  CHECK_THAT(refusal(kLine + "\n" + del, Verdict::kWrongCommand),
             ContainsSubstring("the flood list is empty"));
}

TEST_CASE("bridge fdb: other addresses become static entries") {
  const auto both =
      with(kAdd + "\nbridge fdb append 2:0:0:0:0:a dst 192.0.2.9 port 1 dev v0 self static").segment();
  CHECK(both.fdb.static_entries == std::vector{entry("02:00:00:00:00:09", test::remote("192.0.2.9")),
                                               entry("02:00:00:00:00:0a", test::remote("192.0.2.9", 1))});
  const std::string replace = "\nbridge fdb replace 02:00:00:00:00:09 dev v0 dst 192.0.2.7";
  CHECK(with(kAdd + replace).segment().fdb.static_entries ==
        std::vector{entry("02:00:00:00:00:09", test::remote("192.0.2.7"))});
  CHECK(with(kAdd + "\nbridge fdb del 02:00:00:00:00:09 dev v0").segment().fdb.static_entries.empty());
  const auto group = with(kAdd, "group 239.1.1.1 dev eth0").segment();
  CHECK(group.fdb.static_entries == std::vector{entry("02:00:00:00:00:09", test::remote("192.0.2.9"))});
}

TEST_CASE("bridge fdb: words that change nothing") {
  for (const std::string words :
       {"self", "permanent", "local", "static", "temp", "sticky", "vni 42", "port 4789"}) {
    const auto result = with(kAdd + words);
    CHECK(result.warnings.empty());
    CHECK(result.segment().fdb.static_entries ==
          std::vector{entry("02:00:00:00:00:09", test::remote("192.0.2.9"))});
  }
  CHECK(with(kAdd + "via eth0", "dev eth0").warnings.empty());
}

TEST_CASE("bridge fdb: words without a counterpart are named, the entry stays") {
  for (const std::string words : {"router", "use", "extern_learn", "vlan 5", "via eth0", "self master"}) {
    const auto result = with(kAdd + words);
    INFO(words << "\n" << result.warnings);
    CHECK_THAT(result.warnings, ContainsSubstring("is left out"));
    CHECK(result.segment().fdb.static_entries.size() == 1);
  }
}

TEST_CASE("bridge fdb: entries that the file cannot hold are named with what to do instead") {
  struct Case {
    std::string command;
    std::string said;
  };
  const std::vector<Case> cases = {
      {kAdd + "dynamic", "vxtapctl fdb add 02:00:00:00:00:09 --vni 42 --remote 192.0.2.9:4789 --dynamic"},
      {kAdd + "vni 43", "this changes traffic"},
      {kAdd + "src_vni 43", "this changes traffic"},
      {"bridge fdb add 02:00:00:00:00:09 dev v0 nhid 3", "this changes traffic"},
      {"bridge fdb append 01:00:5e:00:00:09 dev v0 dst 192.0.2.9",
       "vxtapctl fdb append 01:00:5e:00:00:09 --vni 42 --remote 192.0.2.9:4789"},
      {kFlood + "239.1.1.1", "this changes traffic"},
      {"bridge fdb add 02:00:00:00:00:09 dev v0 master static", "run it once vxtapd has started"},
      {"bridge fdb show dev v0", "vxtapctl fdb"},
      {"bridge mdb add dev v0 port v0 grp 239.1.1.1 dst 192.0.2.9", "vxtapctl mdb add"},
      {"bridge vni add vni 43 dev v0", "`vlan`"},
      {"bridge link set dev v0 learning off", "run it once vxtapd has started"},
  };
  for (const Case& row : cases) {
    const auto result = with(row.command);
    INFO(row.command << "\n" << result.warnings);
    CHECK_THAT(result.warnings, ContainsSubstring("is left out: ") && ContainsSubstring(row.said));
    CHECK(result.segment().fdb.static_entries.empty());
    CHECK(result.segment().peers.remotes.empty());
  }
}

TEST_CASE("bridge fdb: a flood entry beside a group") {
  const auto result = with(kFlood + "192.0.2.9", "group 239.1.1.1 dev eth0");
  CHECK(result.segment().peers.remotes == std::vector{test::remote("239.1.1.1")});
  CHECK_THAT(result.warnings, ContainsSubstring("this changes traffic") &&
                                  ContainsSubstring("00:00:00:00:00:00 --vni 42 --remote 192.0.2.9:4789"));
}
