// One TAP for several segments, told apart by 802.1Q VID.
#include "support/printing.hpp"
#include "two_vteps.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

Bytes tagged_frame(std::uint16_t vid, std::string_view text, const MacAddress& to = kBob) {
  Bytes frame = ethernet_frame(to, kAlice, text);
  const Bytes tag{0x81, 0x00, static_cast<std::uint8_t>(0xE0 | vid >> 8), static_cast<std::uint8_t>(vid)};
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  return frame;
}

/// A trunk on the left (VID 10 and 20, untagged) and a TAP for each segment on the right.
struct Trunk : Lab {
  Vtep& left = vtep(kLeft, {{.vni = 100, .flood_to = {kRight}},
                            {.vni = 110, .flood_to = {kRight}, .shares = 100, .vid = 10},
                            {.vni = 120, .flood_to = {kRight}, .shares = 100, .vid = 20}});
  Vtep& right = vtep(kRight, std::vector<SegmentPlan>{{.vni = 100, .flood_to = {kLeft}},
                                                      {.vni = 110, .flood_to = {kLeft}},
                                                      {.vni = 120, .flood_to = {kLeft}}});

  void arrives(std::uint32_t number, const Bytes& frame) {
    left.underlay().arrive({.source = address(kRight),
                            .source_port = 50000,
                            .destination = remote(kLeft),
                            .tos = 0,
                            .payload = vxlan_datagram(vni(number), frame)});
  }
};

}  // namespace

TEST_CASE_METHOD(Trunk, "trunk: each VID goes to its segment, and no tag is on the wire") {
  left.tap().send(tagged_frame(10, "ten"));
  left.tap().send(tagged_frame(20, "twenty"));
  left.tap().send(ethernet_frame(kBob, kAlice, "untagged"));
  left.tap().send(tagged_frame(0, "priority only"));
  settle();
  REQUIRE(right.tap(110).delivered().size() == 1);
  CHECK(right.tap(110).delivered()[0].bytes == ethernet_frame(kBob, kAlice, "ten"));
  REQUIRE(right.tap(120).delivered().size() == 1);
  CHECK(right.tap(120).delivered()[0].bytes == ethernet_frame(kBob, kAlice, "twenty"));
  REQUIRE(right.tap(100).delivered().size() == 2);
  CHECK(right.tap(100).delivered()[0].bytes == ethernet_frame(kBob, kAlice, "untagged"));
  CHECK(right.tap(100).delivered()[1].bytes == ethernet_frame(kBob, kAlice, "priority only"));
}

TEST_CASE_METHOD(Trunk, "trunk: frames of a segment come out with its VID") {
  right.tap(110).send(ethernet_frame(kAlice, kBob, "ten"));
  settle();
  right.tap(100).send(ethernet_frame(kAlice, kBob, "untagged"));
  settle();
  const auto& out = left.tap().delivered();
  REQUIRE(out.size() == 2);
  Bytes expected = ethernet_frame(kAlice, kBob, "ten");
  const Bytes tag{0x81, 0x00, 0x00, 0x0A};
  expected.insert(expected.begin() + 12, tag.begin(), tag.end());
  CHECK(out[0].bytes == expected);
  CHECK(out[1].bytes == ethernet_frame(kAlice, kBob, "untagged"));
}

TEST_CASE_METHOD(Trunk, "trunk: a train of one flow comes out whole, each frame tagged once") {
  left.underlay().receive_trains();
  for (int i = 0; i < 5; ++i) arrives(110, ethernet_frame(kAlice, kBob, "frame " + std::to_string(i)));
  settle();
  const auto& out = left.tap().delivered();
  REQUIRE(out.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    Bytes frame = out[i].bytes;
    CHECK(Bytes(frame.begin() + 12, frame.begin() + 16) == Bytes{0x81, 0x00, 0x00, 0x0A});
    frame.erase(frame.begin() + 12, frame.begin() + 16);
    CHECK(text_of(frame) == "frame " + std::to_string(i));
  }
}

TEST_CASE_METHOD(Trunk, "trunk: a VID without a segment is counted and goes nowhere") {
  left.tap().send(tagged_frame(30, "nobody's"));
  settle();
  CHECK(left.dropped_without_segment(DropReason::kVlanUnmapped) == 1);
  for (const auto number : {100U, 110U, 120U}) CHECK(right.tap(number).delivered().empty());
}

TEST_CASE_METHOD(Trunk, "trunk: a tag cut short is a runt") {
  Bytes frame = tagged_frame(10, "");
  frame.resize(17);
  left.tap().send(frame);
  settle();
  CHECK(left.dropped(DropReason::kTapRunt, 110) == 1);
}

TEST_CASE_METHOD(Trunk, "trunk: equal MACs in two segments do not meet") {
  right.tap(110).send(ethernet_frame(kAlice, kBob, "I am bob in ten"));
  settle();
  CHECK(left.knows(kBob, 110));
  CHECK_FALSE(left.knows(kBob, 120));
  CHECK_FALSE(left.knows(kBob, 100));
}

TEST_CASE_METHOD(Trunk, "trunk: a remote cannot reach another segment with a tag of its own") {
  arrives(100, tagged_frame(20, "over the fence"));
  settle();
  CHECK(left.tap().delivered().empty());
  CHECK(left.dropped(DropReason::kVlanUnmapped, 100) == 1);

  arrives(110, tagged_frame(20, "inside ten"));  // stays in ten: its own tag is outside
  settle();
  REQUIRE(left.tap().delivered().size() == 1);
  const Bytes& frame = left.tap().delivered()[0].bytes;
  CHECK(Bytes(frame.begin() + 12, frame.begin() + 16) == Bytes{0x81, 0x00, 0x00, 0x0A});
}

TEST_CASE_METHOD(Trunk,
                 "trunk: nor can one behind a tag that says VID 0, nor in a train after one that may pass") {
  Bytes disguised = tagged_frame(20, "over the fence");
  const Bytes priority{0x81, 0x00, 0x00, 0x00};
  disguised.insert(disguised.begin() + 12, priority.begin(), priority.end());
  arrives(100, disguised);
  settle();
  CHECK(left.tap().delivered().empty());
  CHECK(left.dropped(DropReason::kVlanUnmapped, 100) == 1);

  left.underlay().receive_trains();
  arrives(100, tagged_frame(0, "priority alone"));
  arrives(100, tagged_frame(20, "over the fence"));
  settle();
  REQUIRE(left.tap().delivered().size() == 1);
  CHECK(left.tap().delivered()[0].bytes == tagged_frame(0, "priority alone"));
  CHECK(left.dropped(DropReason::kVlanUnmapped, 100) == 2);

  left.tap().send(disguised);
  settle();
  for (const auto number : {100U, 110U, 120U}) CHECK(right.tap(number).delivered().empty());
}

TEST_CASE("a TAP that is no trunk passes tagged frames through as they are") {
  Lab lab;
  Vtep& left = lab.vtep(kLeft, {.flood_to = {kRight}});
  Vtep& right = lab.vtep(kRight, {.flood_to = {kLeft}});
  left.tap().send(tagged_frame(10, "as it is"));
  lab.settle();
  REQUIRE(right.tap().delivered().size() == 1);
  CHECK(right.tap().delivered()[0].bytes == tagged_frame(10, "as it is"));
}
