#include <algorithm>

#include "support/catch.hpp"
#include "unit/inspect/healthy_facts.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using test::complaint;
using test::healthy_facts;

namespace {

std::string with_drops(DropReason reason, inspect::Growth growth) {
  auto facts = healthy_facts();
  facts.segments[0].drops[static_cast<std::size_t>(reason)] = growth;
  return complaint(facts);
}

}  // namespace

TEST_CASE("doctor: drops that stand for a fault, with the reason's own mend") {
  for (const auto reason :
       {DropReason::kSourceNotAccepted, DropReason::kReservedBits, DropReason::kEcnInvalid,
        DropReason::kUnderlaySendFailed, DropReason::kFdbPinned, DropReason::kTapFull}) {
    const auto name = std::string(to_string(reason));
    CHECK(with_drops(reason, {7, 7}) == "warning drops vni 42 blue: " + name +
                                            " 7: " + std::string(info(reason).meaning) + " -> " +
                                            std::string(info(reason).mend));
    CHECK(with_drops(reason, {7, 0}) == "");
  }
}

TEST_CASE("doctor: drops before a segment was known") {
  auto facts = healthy_facts();
  facts.drops[static_cast<std::size_t>(DropReason::kVniUnknown)] = {9, 2};
  CHECK_THAT(complaint(facts), StartsWith("warning drops no segment: vni_unknown 2 lately, 9 in all: "));
}

TEST_CASE("doctor: drops that happen on a healthy network") {
  for (const auto reason : {DropReason::kOwnAddress, DropReason::kHeaderTruncated, DropReason::kTooBig,
                            DropReason::kVlanUnmapped})
    CHECK(with_drops(reason, {7, 7}) == "");
}

TEST_CASE("doctor: drops that were asked for are hints") {
  for (const auto reason : {DropReason::kUnknownUnicast, DropReason::kStormControl}) {
    CHECK(with_drops(reason, {7, 2}) == "hint drops vni 42 blue: " + std::string(to_string(reason)) +
                                            " 2 lately, 7 in all: " + std::string(info(reason).meaning) +
                                            " -> " + std::string(info(reason).mend));
    CHECK(with_drops(reason, {7, 0}) == "");
  }
}

TEST_CASE("doctor: frames that no segment of a trunk carries") {
  auto facts = healthy_facts();
  facts.drops[static_cast<std::size_t>(DropReason::kVlanUnmapped)] = {9, 9};
  CHECK(complaint(facts) == "");  // only announcements to groups
  facts.taps[0].unmapped = {{4, 4}, 0, *MacAddress::parse("02:00:00:00:00:03")};
  CHECK_THAT(complaint(facts), StartsWith("hint drops tap vx42: vlan_unmapped 9: ") &&
                                   ContainsSubstring("; the latest from 02:00:00:00:00:03, untagged -> add a "
                                                     "segment with that `vlan`"));
  facts.taps[0].unmapped.vid = 7;
  CHECK_THAT(complaint(facts), ContainsSubstring("02:00:00:00:00:03 with VID 7"));
  facts.taps[0].unmapped.frames.recent = 0;
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: who was refused last is named") {
  auto facts = healthy_facts();
  facts.unknown_vni = {test::address("192.0.2.3"), *Vni::from(43)};
  facts.segments[0].refused = {test::address("192.0.2.4"), *Vni::from(42)};
  CHECK(complaint(facts) == "");
  facts.drops[static_cast<std::size_t>(DropReason::kVniUnknown)] = {2, 2};
  facts.segments[0].drops[static_cast<std::size_t>(DropReason::kReservedBits)] = {1, 1};
  facts.segments[0].drops[static_cast<std::size_t>(DropReason::kSourceNotAccepted)] = {3, 3};
  const auto lines = test::complaints(facts);
  REQUIRE(lines.size() == 3);
  CHECK_THAT(lines[0], ContainsSubstring("; the latest from 192.0.2.3 with VNI 43 -> "));
  CHECK_THAT(lines[1], ContainsSubstring("; the latest from 192.0.2.4 -> "));
  CHECK_THAT(lines[2], !ContainsSubstring("latest"));
}

TEST_CASE("doctor: fdb_limit") {
  auto facts = healthy_facts();
  facts.segments[0].fdb_limit = 16;
  facts.segments[0].fdb_full = {12, 5};
  CHECK_THAT(complaint(facts), StartsWith("hint fdb_limit vni 42 blue: 5 lately, 12 in all frames came from "
                                          "MAC addresses that its full FDB did not learn (limit 16)") &&
                                   ContainsSubstring("`fdb.limit`"));
  facts.segments[0].fdb_full.recent = 0;
  CHECK(complaint(facts) == "");
}

TEST_CASE("doctor: socket_buffers") {
  auto facts = healthy_facts();
  facts.socket_overflows = {3, 3};
  CHECK_THAT(complaint(facts), StartsWith("warning socket_buffers sockets: 3 times a socket had no room, or "
                                          "a datagram a wrong UDP checksum -> "
                                          "more `workers`"));
  facts.rmem_max = 212992;
  CHECK_THAT(complaint(facts), ContainsSubstring("sysctl -w net.core.rmem_max=7340032"));
}

TEST_CASE("doctor: offload") {
  auto facts = healthy_facts();
  facts.trains_refused = {3, 3};
  CHECK_THAT(complaint(facts), StartsWith("hint offload underlay: 3 trains"));
  facts.trains_refused = {3, 0};
  facts.superframes_refused = {4, 4};
  CHECK_THAT(complaint(facts), StartsWith("hint offload taps: 4 superframes"));
}
