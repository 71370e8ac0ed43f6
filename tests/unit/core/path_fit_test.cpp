// What a path's MTU means for frames made by libtins.
#include "vxtap/path_fit.hpp"

#include "packets.hpp"
#include "support/ip_frames.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

/// An inner packet on its way through an underlay of either family.
struct Passage : Situation {
  Bytes frame;
  SegmentTable segments;
  TapVerdict verdict;

  explicit Passage(Bytes inner, bool v6_underlay = false) : frame(std::move(inner)) {
    segment.local = v6_underlay ? address("2001:db8::1") : kLocal;
    segments = table();
    verdict = from_tap(segments, fdb, 3, Frame{frame, {}});
  }
};

}  // namespace

TEST_CASE("path fit: the outer size is the inner IP packet and fifty or seventy bytes") {
  for (const bool v6_underlay : {false, true}) {
    Passage passage(whole_v4(1000 - 28), v6_underlay);
    CHECK(outer_size(passage.verdict, Frame{passage.frame, {}}) == (v6_underlay ? 1070 : 1050));
  }
}

TEST_CASE("path fit: a superframe counts by its largest packet") {
  Passage passage(whole_v4(30000));
  const Frame superframe{passage.frame,
                         {.needs_checksum = true,
                          .checksum_start = 34,
                          .checksum_offset = 6,
                          .gso = FrameOffload::Gso::kUdp,
                          .segment_size = 1372,
                          .header_size = 42}};
  CHECK(outer_size(passage.verdict, superframe) == 1372 + 28 + 50);
}

TEST_CASE("path fit: a packet to the byte fits, one more is cut or refused") {
  const std::uint32_t size = 1050;
  Passage whole(whole_v4(972)), loose(whole_v4(972, 0)), six(large_v6(952));
  for (Passage* passage : {&whole, &loose, &six}) {
    CHECK(path_fit(passage->verdict, size, 0) == PathFit::kFits);
    CHECK(path_fit(passage->verdict, size, size) == PathFit::kFits);
  }
  CHECK(path_fit(whole.verdict, size, size - 1) == PathFit::kTooBig);
  CHECK(path_fit(six.verdict, size, size - 1) == PathFit::kTooBig);
  CHECK(path_fit(loose.verdict, size, size - 1) == PathFit::kFragments);
  loose.verdict.outer.dont_fragment = true;
  CHECK(path_fit(loose.verdict, size, size - 1) == PathFit::kTooBig);
}

TEST_CASE("path fit: what is left to the inner packet") {
  Passage four(whole_v4(972)), six(whole_v4(972), true);
  CHECK(inner_mtu(four.verdict, 14, 4000) == 3950);
  CHECK(inner_mtu(six.verdict, 14, 4000) == 3930);
  CHECK(inner_mtu(four.verdict, 18, 4000) == 3946);
  CHECK(inner_mtu(four.verdict, 14, 50) == 0);
  CHECK(inner_mtu(four.verdict, 14, 0) == 0);
}
