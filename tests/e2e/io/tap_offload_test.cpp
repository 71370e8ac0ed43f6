#include "own_namespace.hpp"
#include "support/catch.hpp"
#include "tap_frames.hpp"

// Two TAPs on one bridge: what is written into `in` comes out of `out`, and the kernel has to finish whatever
// `out` was not declared to take.

using namespace vxtap;
using test::Bytes;
using test::make_partial;
using test::OpenTap;
using test::OwnNamespace;
using test::pattern;
using test::recomputed;
using test::run;
using test::write_frame;
using Gso = FrameOffload::Gso;

namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint16_t kL4 = 34;

struct BridgedTaps {
  OwnNamespace ns;
  OpenTap in{"vx1"};
  OpenTap out;

  /// `offload`: what `out` is declared to take.
  explicit BridgedTaps(bool offload = false) : out("vx2", offload) {
    run("ip link add br0 type bridge mcast_snooping 0 && ip link set br0 up");
    run("ip link set vx1 master br0 && ip link set vx2 master br0");
  }
  test::ReceivedFrame next(std::uint8_t protocol) {
    return test::next_frame(out.queue, [&](const Bytes& frame) { return test::is_ipv4(frame, protocol); });
  }
};

FrameOffload partial(std::uint16_t offset) {
  FrameOffload offload;
  offload.needs_checksum = true;
  offload.checksum_start = kL4;
  offload.checksum_offset = offset;
  return offload;
}

FrameOffload superframe(Gso gso, std::uint16_t segment_size) {
  FrameOffload offload = partial(gso == Gso::kUdp ? 6 : 16);
  offload.gso = gso;
  offload.segment_size = segment_size;
  offload.header_size = gso == Gso::kUdp ? kL4 + 8 : kL4 + 20;
  return offload;
}

Bytes payload_of(const Bytes& frame, std::size_t header) {
  return {frame.begin() + static_cast<std::ptrdiff_t>(header), frame.end()};
}

}  // namespace

TEST_CASE("tap offload: a checksum left to finish is finished by the kernel") {
  BridgedTaps taps;
  SECTION("UDP") {
    const Bytes complete = test::udp_frame(pattern(501));
    Bytes frame = complete;
    make_partial(frame, 6);
    REQUIRE(frame != complete);
    REQUIRE(write_frame(taps.in.queue, frame, partial(6)) == TapWrite::kWritten);
    CHECK(taps.next(kUdp).bytes == complete);
  }
  SECTION("TCP") {
    const Bytes complete = test::tcp_frame(pattern(1000));
    Bytes frame = complete;
    make_partial(frame, 16);
    REQUIRE(write_frame(taps.in.queue, frame, partial(16)) == TapWrite::kWritten);
    CHECK(taps.next(kTcp).bytes == complete);
  }
  SECTION("and without the mark it stays as it is") {
    Bytes frame = test::udp_frame(pattern(501));
    make_partial(frame, 6);
    REQUIRE(write_frame(taps.in.queue, frame) == TapWrite::kWritten);
    CHECK(taps.next(kUdp).bytes == frame);
  }
}

TEST_CASE("tap offload: a TCP superframe leaves a TAP without offload as packets") {
  BridgedTaps taps;
  const Bytes payload = pattern(2500);
  Bytes frame = test::tcp_frame(payload);
  make_partial(frame, 16);
  REQUIRE(write_frame(taps.in.queue, frame, superframe(Gso::kTcpV4, 1000)) == TapWrite::kWritten);
  Bytes joined;
  for (const std::size_t size : {1000u, 1000u, 500u}) {
    const auto packet = taps.next(kTcp);
    CHECK(packet.offload.gso == Gso::kNone);
    CHECK(packet.bytes == recomputed(packet.bytes));
    const Bytes part = payload_of(packet.bytes, kL4 + 20);
    CHECK(part.size() == size);
    joined.insert(joined.end(), part.begin(), part.end());
  }
  CHECK(joined == payload);
}

TEST_CASE("tap offload: a TAP that takes superframes reads them as they were written") {
  BridgedTaps taps(true);
  Bytes frame = test::tcp_frame(pattern(40000));
  FrameOffload offload = superframe(Gso::kTcpV4, 1400);
  SECTION("TCP") {}
  SECTION("TCP with CWR") {
    offload.tcp_ecn = true;
    frame[kL4 + 13] |= 0x80;
  }
  make_partial(frame, 16);
  REQUIRE(write_frame(taps.in.queue, frame, offload) == TapWrite::kWritten);
  const auto got = taps.next(kTcp);
  CHECK(got.bytes == frame);
  CHECK(got.offload.needs_checksum);
  CHECK(got.offload.checksum_start == kL4);
  CHECK(got.offload.checksum_offset == 16);
  CHECK(got.offload.gso == Gso::kTcpV4);
  CHECK(got.offload.tcp_ecn == offload.tcp_ecn);
  CHECK(got.offload.segment_size == 1400);
  CHECK(got.offload.header_size == kL4 + 20);
}

TEST_CASE("tap offload: a UDP superframe leaves as datagrams, where the kernel takes one (Linux 6.2)") {
  BridgedTaps taps;
  const Bytes payload = pattern(250);
  Bytes frame = test::udp_frame(payload);
  make_partial(frame, 6);
  const TapWrite result = write_frame(taps.in.queue, frame, superframe(Gso::kUdp, 100));
  if (result != TapWrite::kWritten) {
    WARN("this kernel does not take UDP superframes");
    CHECK(result == TapWrite::kOffloadRefused);
    return;
  }
  Bytes joined;
  for (int i = 0; i < 3; ++i) {
    const auto packet = taps.next(kUdp);
    CHECK(packet.bytes == recomputed(packet.bytes));
    const Bytes part = payload_of(packet.bytes, kL4 + 8);
    joined.insert(joined.end(), part.begin(), part.end());
  }
  CHECK(joined == payload);
}
