#include <set>

#include "conformance/datagrams.hpp"
#include "conformance/topic.hpp"
#include "support/catch.hpp"

// What has to be right in a packet from the underlay before its frame is looked at.

using namespace vxtap::conformance;
using vxtap::lab::Bytes;
using vxtap::lab::Family;
using vxtap::lab::vxlan;

namespace {

auto verdict_on(std::uint32_t vni, std::uint32_t bits = 0x08000000, const vxtap::lab::Underlying& way = {}) {
  return
      [=](Stage& stage) { return stage.verdict(vxlan(vni, stage.frame_from(stage.station()), bits), way); };
}

/// Each length of a UDP payload from 0 to 60, of a packet that would be good with 68.
std::string truncated_payload(Stage& stage) {
  const Bytes whole = vxlan(42, stage.frame_from(stage.station()));
  std::vector<Bytes> packets;
  for (std::ptrdiff_t size = 0; size <= 60; ++size)
    packets.push_back(outer_packet(stage, Bytes(whole.begin(), whole.begin() + size)));
  std::multiset<std::size_t> passed;
  for (const Bytes& frame : stage.let_in_packets(packets)) passed.insert(8 + frame.size());
  if (passed.empty()) return "none passed";
  const bool gapless = passed.size() == *passed.rbegin() - *passed.begin() + 1;
  return "from " + std::to_string(*passed.begin()) + " to " + std::to_string(*passed.rbegin()) +
         (gapless ? "" : ", not all of them") + " passed";
}

/// The same packet cut off on the wire, its headers telling the old length.
std::string truncated_packet(Stage& stage) {
  const Bytes whole = outer_packet(stage, vxlan(42, stage.frame_from(stage.station())));
  std::vector<Bytes> packets;
  for (std::ptrdiff_t size = 14; size < std::ssize(whole); ++size)
    packets.emplace_back(whole.begin(), whole.begin() + size);
  return std::to_string(stage.let_in_packets(packets).size()) + " passed";
}

Setup over(Family family) {
  return {.family = family};
}

}  // namespace

TEST_CASE("conformance: header strictness") {
  const Family v4 = Family::kIpv4;
  const Family v6 = Family::kIpv6;
  const vxtap::lab::Underlying stranger{.from = 3};
  const Setup open_to_all{.segments = {{.underlay = "accept: any"}}};
  run_topic(
      "header strictness",
      {
          {"a good packet", over(v4), verdict_on(42), "passed"},
          {"each of the 39 reserved bits", over(v4), each_reserved_bit, "0 of 39 passed"},
          {"I flag clear", over(v4), verdict_on(42, 0), "dropped"},
          {"VNI 43", over(v4), verdict_on(43), "dropped"},
          {"VNI 0", over(v4), verdict_on(0), "dropped"},
          {"VNI 0xFFFFFF", over(v4), verdict_on(0xFFFFFF), "dropped"},
          {"VNI 42 in the wrong byte order", over(v4), verdict_on(0x2A0000), "dropped"},
          {"to port 4790", over(v4), verdict_on(42, 0x08000000, {.destination_port = 4790}), "dropped"},
          {"UDP payloads of 0 to 60 bytes", over(v4), truncated_payload, "from 22 to 60 passed"},
          {"packets cut off on the wire at every length", over(v4), truncated_packet, "0 passed"},
          {"from a host that is no remote", over(v4), verdict_on(42, 0x08000000, stranger), "dropped",
           Difference{"passed", "the kernel accepts any sender; vxtapd does with `accept: any`"}},
          {"a good packet over IPv6", over(v6), verdict_on(42), "passed"},
          {"each of the 39 reserved bits over IPv6", over(v6), each_reserved_bit, "0 of 39 passed"},
          {"I flag clear over IPv6", over(v6), verdict_on(42, 0), "dropped"},
          {"UDP payloads of 0 to 60 bytes over IPv6", over(v6), truncated_payload, "from 22 to 60 passed"},
          {"packets over IPv6 cut off on the wire", over(v6), truncated_packet, "0 passed"},
          {"the same with accept: any", open_to_all, verdict_on(42, 0x08000000, stranger), "passed"},
      });
}
