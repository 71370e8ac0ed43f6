#include "iproute2/vxlan_options.hpp"

#include <iterator>
#include <set>
#include <sstream>

#include "support/catch.hpp"
#include "support/printing.hpp"
#include "support/values.hpp"
#include "translated.hpp"

using namespace vxtap;
using namespace vxtap::iproute2;
using Catch::Matchers::ContainsSubstring;
using Ttl = OuterPolicy::Ttl;
using Tos = OuterPolicy::Tos;
using Df = OuterPolicy::Df;

namespace {

/// Options, and what the loaded segment has of them.
struct Case {
  std::string options;
  bool (*holds)(const config::Segment& segment);
  std::string warning = {};  ///< part of the only one; empty: none
};

bool is_plain(const config::Segment& segment) {
  config::Underlay underlay;
  underlay.local = segment.underlay.local;
  underlay.source_port = {32768, 60999};
  underlay.accept.kind = config::Accept::Kind::kAny;
  if (!underlay.local.is_v4()) underlay.flow_label = 0;
  return segment.underlay == underlay && segment.fdb == config::FdbOptions{} &&
         !segment.neighbour_suppression && segment.peers.mode == PeerMode::kStaticFlood &&
         segment.peers.remotes.empty() && segment.tap.mtu == 1500U;
}

OuterPolicy outer(const config::Segment& segment) {
  return segment.underlay.outer;
}

const std::vector<Case> kOverIpv4 = {
    {"", is_plain},
    {"remote 192.0.2.2",
     [](const auto& s) {
       return s.peers.mode == PeerMode::kUnicast && s.peers.remotes == std::vector{test::remote("192.0.2.2")};
     }},
    {"remote 0.0.0.0", is_plain},
    {"group 239.1.1.1 dev eth0",
     [](const auto& s) {
       return s.peers.mode == PeerMode::kMulticastGroup &&
              s.peers.remotes == std::vector{test::remote("239.1.1.1")};
     }},
    {"dev eth0", [](const auto& s) { return s.underlay.device == "eth0" && !s.tap.mtu; }},
    {"ttl auto", is_plain},
    {"ttl 0", is_plain},
    {"ttl 0x10", [](const auto& s) { return outer(s) == OuterPolicy{.ttl = Ttl::kFixed, .ttl_value = 16}; }},
    {"hoplimit inherit", [](const auto& s) { return outer(s) == OuterPolicy{.ttl = Ttl::kInherit}; }},
    {"tos inherit", [](const auto& s) { return outer(s) == OuterPolicy{.tos = Tos::kInherit}; }},
    {"tos 1", [](const auto& s) { return outer(s) == OuterPolicy{.tos = Tos::kInherit}; }},
    {"tos 10", [](const auto& s) { return outer(s).tos_value == 0x10; }},
    {"dsfield EF", [](const auto& s) { return outer(s).tos_value == 0xB8; }},
    {"tos 0xb9", [](const auto& s) { return outer(s).tos_value == 0xB8; }, "ECN"},
    {"df unset", is_plain},
    {"df set", [](const auto& s) { return outer(s).df == Df::kSet; }},
    {"df inherit", [](const auto& s) { return outer(s).df == Df::kInherit; }},
    {"label 0", is_plain},
    {"ageing 60", [](const auto& s) { return s.fdb.ageing == std::chrono::seconds(60); }},
    {"ageing 0", is_plain, "default of 300 s"},
    {"ageing none", is_plain, "default of 300 s"},
    {"ageing 4294967295", [](const auto& s) { return s.fdb.ageing == std::chrono::hours(8760); }, "8760h"},
    {"maxaddress 7", [](const auto& s) { return s.fdb.limit == 7; }},
    {"maxaddress unlimited", [](const auto& s) { return s.fdb.limit == 16777216; }, "16777216"},
    {"port 5000 6000",
     [](const auto& s) {
       return s.underlay.source_port == config::PortRange{5000, 6000};
     }},
    {"srcport 0 0", is_plain},
    {"srcport 0 9",
     [](const auto& s) {
       return s.underlay.source_port == config::PortRange{1, 9};
     },
     "begins at 1"},
    {"srcport 5000 5000", is_plain, "source_port: 5000"},
    {"learning", is_plain},
    {"nolearning", [](const auto& s) { return !s.fdb.learning; }},
    {"proxy", [](const auto& s) { return s.neighbour_suppression; }, "neighbour_suppression"},
    {"noproxy", is_plain},
    {"rsc", is_plain, "route short circuit"},
    {"norsc", is_plain},
    {"l2miss", is_plain, "l2miss is left out"},
    {"nol2miss", is_plain},
    {"l3miss", is_plain, "l3miss is left out"},
    {"nol3miss", is_plain},
    {"udpcsum", is_plain},
    {"noudpcsum", [](const auto& s) { return !s.underlay.udp_checksum; }},
    {"udp6zerocsumtx", is_plain, "no effect"},
    {"remcsumtx", is_plain, "remcsumtx is left out: this changes traffic"},
    {"noremcsumtx", is_plain},
    {"remcsumrx", is_plain, "remcsumrx is left out: this changes traffic"},
    {"noremcsumrx", is_plain},
    {"noexternal", is_plain},
    {"novnifilter", is_plain},
    {"gbp", [](const auto& s) { return s.underlay.tolerated_bits == 0x80FF'FFFF'0000'0000; },
     "gbp is left out: this changes traffic"},
    {"localbypass", is_plain, "localbypass is left out"},
    {"nolocalbypass", is_plain},
    {"localbind", is_plain},
    {"nolocalbind", is_plain, "nolocalbind is left out: this changes traffic"},
    {"reserved_bits 0xf7ffffff000000ff", is_plain},
    {"reserved_bits 0", [](const auto& s) { return s.underlay.tolerated_bits == 0xF7FF'FFFF'0000'00FF; }},
    {"reserved_bits 0x77ffffff000000ff",
     [](const auto& s) { return s.underlay.tolerated_bits == 0x8000'0000'0000'0000; }},
};

const std::vector<Case> kOverIpv6 = {
    {"", is_plain},
    {"remote 2001:db8::2",
     [](const auto& s) { return s.peers.remotes == std::vector{test::remote("2001:db8::2")}; }},
    {"flowlabel 0xabcde", [](const auto& s) { return s.underlay.flow_label == 0xABCDEU; }},
    {"flowlabel inherit", [](const auto& s) { return !s.underlay.flow_label; },
     "flowlabel inherit is left out"},
    {"udp6zerocsumtx", [](const auto& s) { return !s.underlay.udp_checksum; }},
    {"noudp6zerocsumtx", is_plain},
    {"udp6zerocsumrx", is_plain},
    {"noudp6zerocsumrx", is_plain, "noudp6zerocsumrx is left out: this changes traffic"},
    {"noudpcsum", is_plain, "no effect"},
};

void check(const std::string& line, const Case& row) {
  INFO(row.options);
  const auto result = translated(line + row.options);
  CHECK(row.holds(result.segment()));
  const auto lines = std::count(result.warnings.begin(), result.warnings.end(), '\n');
  CHECK(lines == (row.warning.empty() ? 0 : 1));
  CHECK_THAT(result.warnings, ContainsSubstring(row.warning));
}

}  // namespace

TEST_CASE("from iproute2: every vxlan option over IPv4, as loaded") {
  for (const Case& row : kOverIpv4) check(kLine, row);
}

TEST_CASE("from iproute2: the options that differ over IPv6") {
  for (const Case& row : kOverIpv6) check(kLineV6, row);
}

TEST_CASE("from iproute2: id, local and dstport") {
  const auto result = translated("ip link add v0 type vxlan vni 0x2a local 192.0.2.1 dstport 0");
  CHECK(result.segment().vni == test::vni(42));
  CHECK(result.segment().underlay.local == test::address("192.0.2.1"));
  CHECK(result.segment().underlay.port == 8472);
  CHECK(translated("ip link add v0 type vxlan id 010 local 192.0.2.1 dstport 1").segment().vni ==
        test::vni(8));
}

TEST_CASE("from iproute2: without dstport the kernel's port is used, and said so") {
  const auto result = translated("ip link add v0 type vxlan id 1 local 192.0.2.1");
  CHECK(result.segment().underlay.port == 8472);
  CHECK_THAT(result.warnings, ContainsSubstring("8472") && ContainsSubstring("4789"));
}

TEST_CASE("from iproute2: no option of the table is without a case") {
  // Options that make no configuration have theirs among the refusals.
  std::set<std::string> tried{"id", "vni", "local", "dstport", "external", "vnifilter", "gpe"};
  for (const auto* cases : {&kOverIpv4, &kOverIpv6}) {
    for (const Case& row : *cases) {
      std::istringstream words(row.options);
      tried.insert(std::istream_iterator<std::string>(words), {});
    }
  }
  for (const auto& option : vxlan_options()) CHECK(tried.count(std::string(option.word())) == 1);
}
