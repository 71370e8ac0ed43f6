// The TAP's side: a TAP that takes nothing, checksums left to us, superframes.
#include <tins/tins.h>

#include "support/naive_offload.hpp"
#include "support/printing.hpp"
#include "two_vteps.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Texts = std::vector<std::string>;

namespace {

constexpr std::size_t kTcpChecksum = 14 + 20 + 16;

/// TCP from alice to bob with a complete checksum.
Bytes tcp_frame(std::size_t payload) {
  auto packet = Tins::EthernetII(kBob.to_string(), kAlice.to_string()) / Tins::IP("10.0.0.2", "10.0.0.1") /
                Tins::TCP(80, 40000) / Tins::RawPDU(std::string(payload, 'x'));
  return packet.serialize();
}

/// The same as a sender leaves it that counts on a device: the field holds the folded pseudo-header sum.
Bytes unfinished(Bytes frame) {
  store_be(MutableBytes(frame), kTcpChecksum, naive_pseudo_sum(frame, 14, frame.size() - 34, 6));
  return frame;
}

}  // namespace

TEST_CASE_METHOD(TwoVteps, "a TAP that is down gets nothing and its segment learns nothing") {
  right.tap_state().up = false;
  alice.says("hello?", bob);
  settle();
  CHECK(bob.heard() == Texts{});
  CHECK(right.dropped(DropReason::kTapDown) == 1);
  CHECK(right.totals().rx_packets == 0);
  CHECK_FALSE(right.knows(kAlice));
}

TEST_CASE_METHOD(TwoVteps, "a TAP that went down a moment ago is found out when writing") {
  right.tap().answer(TapWrite::kDown);
  alice.says("hello?", bob);
  settle();
  CHECK(right.dropped(DropReason::kTapDown) == 1);
  CHECK(right.totals().rx_packets == 0);
}

TEST_CASE_METHOD(TwoVteps, "a TAP whose queue is full costs the frame, and what was heard is remembered") {
  right.tap().answer(TapWrite::kFull);
  alice.says("too much", bob);
  settle();
  CHECK(right.dropped(DropReason::kTapFull) == 1);
  CHECK(right.totals().rx_packets == 0);
  CHECK(right.knows(kAlice) == remote(kLeft));

  right.tap().answer(TapWrite::kWritten);
  alice.says("better", bob);
  settle();
  CHECK(bob.heard() == Texts{"better"});
  CHECK(right.dropped(DropReason::kTapFull) == 1);
}

TEST_CASE_METHOD(TwoVteps, "a runt from the TAP is dropped under its own name") {
  left.tap().send(Bytes(13, 0xFF));
  left.tap().send({});
  settle();
  CHECK(left.dropped(DropReason::kTapRunt) == 2);
  CHECK(network.carried().empty());
}

TEST_CASE_METHOD(TwoVteps, "a checksum the TAP left unfinished is complete on the wire") {
  const Bytes whole = tcp_frame(101);
  left.tap().send(unfinished(whole), {.needs_checksum = true, .checksum_start = 34, .checksum_offset = 16});
  settle();
  REQUIRE(network.carried().size() == 1);
  CHECK(network.carried()[0].payload == vxlan_datagram(vni(100), whole));
  REQUIRE(right.tap().delivered().size() == 1);
  CHECK_FALSE(right.tap().delivered()[0].offload.needs_checksum);
}

TEST_CASE_METHOD(TwoVteps, "a frame shorter than its own checksum field is dropped") {
  left.tap().send(tcp_frame(0), {.needs_checksum = true, .checksum_start = 54, .checksum_offset = 16});
  settle();
  CHECK(network.carried().empty());
  CHECK(left.dropped(DropReason::kTapRunt) == 1);
}

TEST_CASE_METHOD(TwoVteps, "a checksum that a kernel peer left unfinished reaches the TAP as that") {
  left.tap().send(unfinished(tcp_frame(101)));  // as if a kernel VTEP had sent it
  settle();
  REQUIRE(right.tap().delivered().size() == 1);
  const auto& delivered = right.tap().delivered()[0];
  CHECK(delivered.bytes == unfinished(tcp_frame(101)));
  CHECK(delivered.offload.needs_checksum);
  CHECK(delivered.offload.checksum_start == 34);
  CHECK(delivered.offload.checksum_offset == 16);
  CHECK(delivered.offload.gso == FrameOffload::Gso::kNone);
  CHECK(right.totals().partial_checksum_completed == 1);
}

TEST_CASE_METHOD(TwoVteps, "a superframe counts as the packets it stands for") {
  right.tap_state().mtu = 1450;  // 1410 bytes of TCP payload each
  left.tap().send(unfinished(tcp_frame(1410 * 3 + 1)));
  settle();
  REQUIRE(right.tap().delivered().size() == 1);
  const FrameOffload& offload = right.tap().delivered()[0].offload;
  CHECK(offload.gso == FrameOffload::Gso::kTcpV4);
  CHECK(offload.segment_size == 1410);
  CHECK(offload.header_size == 54);
  CHECK(right.totals().rx_packets == 4);
  CHECK(right.totals().rx_bytes == 4 * 54 + 1410 * 3 + 1);
  CHECK(right.totals().partial_checksum_completed == 1);
}

TEST_CASE_METHOD(TwoVteps, "a superframe that the TAP refuses is as many drops") {
  right.tap().answer(TapWrite::kFull);
  left.tap().send(unfinished(tcp_frame(1410 * 3 + 1)));
  settle();
  CHECK(right.dropped(DropReason::kTapFull) == 4);
}
