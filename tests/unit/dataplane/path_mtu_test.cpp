// Paths that are too narrow for some frames.
#include "support/ip_frames.hpp"
#include "support/printing.hpp"
#include "two_vteps.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

Bytes whole_packet(std::size_t payload, bool dont_fragment = true) {
  Tins::IP ip("10.0.0.2", "10.0.0.1");
  if (dont_fragment) ip.flags(Tins::IP::DONT_FRAGMENT);
  auto packet = ethernet_ii() / ip / Tins::UDP(53, 40000) / Tins::RawPDU(std::string(payload, 'x'));
  return packet.serialize();
}

struct Paths : Lab {
  Vtep& left;
  explicit Paths(SegmentPlan plan = {.flood_to = {kRight, kThird}}) : left(vtep(kLeft, std::move(plan))) {}
};

}  // namespace

TEST_CASE_METHOD(Paths,
                 "path MTU: what is too big for one remote goes to the others, and its sender is told") {
  network.narrow(remote(kThird), 1400);
  left.tap().send(whole_packet(1400));
  settle();
  CHECK(network.destinations() == std::vector{address(kRight)});
  CHECK(left.dropped(DropReason::kTooBig) == 1);
  REQUIRE(left.tap().delivered().size() == 1);
  const Bytes& told = left.tap().delivered()[0].bytes;
  CHECK(load_be<std::uint16_t>(told, 14 + 20) == 0x0304);
  CHECK(load_be<std::uint16_t>(told, 14 + 20 + 6) == 1350);
}

TEST_CASE_METHOD(Paths, "path MTU: several narrow paths make one message with the smallest") {
  network.narrow(remote(kRight), 1300);
  network.narrow(remote(kThird), 1400);
  left.tap().send(whole_packet(1400));
  settle();
  CHECK(network.destinations().empty());
  CHECK(left.dropped(DropReason::kTooBig) == 2);
  CHECK(left.totals().tx_packets == 0);
  REQUIRE(left.tap().delivered().size() == 1);
  CHECK(load_be<std::uint16_t>(left.tap().delivered()[0].bytes, 14 + 20 + 6) == 1250);
}

TEST_CASE_METHOD(Paths, "path MTU: what may be fragmented goes out") {
  network.narrow(remote(kThird), 1400);
  left.tap().send(whole_packet(1400, false));
  settle();
  CHECK(network.destinations().size() == 2);
  CHECK(left.tap().delivered().empty());
}

TEST_CASE("path MTU: with df set what may be fragmented inside is dropped in silence") {
  Paths lab({.flood_to = {kThird}, .outer = {.df = OuterPolicy::Df::kSet}});
  lab.network.narrow(remote(kThird), 1400);
  lab.left.tap().send(whole_packet(1400, false));
  lab.settle();
  CHECK(lab.network.destinations().empty());
  CHECK(lab.left.dropped(DropReason::kTooBig) == 1);
  CHECK(lab.left.tap().delivered().empty());
}

TEST_CASE_METHOD(Paths, "path MTU: a path that narrowed since counts as too big, not as a failure") {
  network.fail(remote(kThird), EMSGSIZE);
  left.tap().send(whole_packet(1400));
  settle();
  CHECK(left.dropped(DropReason::kTooBig) == 1);
  CHECK(left.dropped(DropReason::kUnderlaySendFailed) == 0);
  CHECK(left.events().empty());
}

TEST_CASE("path MTU: on a trunk the message carries the segment's VID") {
  Lab lab;
  Vtep& left =
      lab.vtep(kLeft, std::vector<SegmentPlan>{{.vni = 100, .flood_to = {kThird}},
                                               {.vni = 110, .flood_to = {kThird}, .shares = 100, .vid = 10}});
  lab.network.narrow(remote(kThird), 1400);
  Bytes frame = whole_packet(1400);
  const Bytes tag{0x81, 0x00, 0x00, 0x0A};
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  left.tap().send(frame);
  lab.settle();
  CHECK(left.dropped(DropReason::kTooBig, 110) == 1);
  REQUIRE(left.tap().delivered().size() == 1);
  const Bytes& told = left.tap().delivered()[0].bytes;
  CHECK(Bytes(told.begin() + 12, told.begin() + 16) == tag);
  CHECK(load_be<std::uint16_t>(told, 18 + 20 + 6) == 1350);
}
