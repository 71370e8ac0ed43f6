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
  for (const auto reason :
       {DropReason::kOwnAddress, DropReason::kHeaderTruncated, DropReason::kTooBig,
        DropReason::kUnknownUnicast, DropReason::kStormControl, DropReason::kVlanUnmapped})
    CHECK(with_drops(reason, {7, 7}) == "");
}

TEST_CASE("doctor: socket_buffers") {
  auto facts = healthy_facts();
  facts.socket_overflows = {3, 3};
  CHECK_THAT(complaint(facts),
             StartsWith("warning socket_buffers sockets: 3 datagrams found a socket's buffer full -> "
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
