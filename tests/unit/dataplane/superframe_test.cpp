// Superframes and trains through two dataplanes: what leaves is packets, what arrives is joined again.
#include <tins/tins.h>

#include <cerrno>

#include "offload/partial_checksum.hpp"
#include "support/naive_offload.hpp"
#include "support/printing.hpp"
#include "two_vteps.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Gso = FrameOffload::Gso;

namespace {

constexpr std::size_t kHeaders = 14 + 20 + 20;
constexpr std::size_t kSegment = 1400;

/// What a host with TSO hands to its TAP: one TCP frame, its checksum left to finish, and what to do with it.
struct Superframe {
  Bytes bytes;
  FrameOffload offload;

  explicit Superframe(std::size_t payload) {
    std::string text(payload, '\0');
    for (std::size_t i = 0; i < payload; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
    Tins::TCP tcp(80, 40000);
    tcp.flags(Tins::TCP::ACK | Tins::TCP::PSH);
    tcp.seq(0xFFFFF000);  // wraps on the way
    auto ip = Tins::IP("10.0.0.2", "10.0.0.1");
    ip.id(65534);
    bytes =
        (Tins::EthernetII(kBob.to_string(), kAlice.to_string()) / ip / tcp / Tins::RawPDU(text)).serialize();
    store_be(MutableBytes(bytes), 34 + 16, naive_pseudo_sum(bytes, 14, bytes.size() - 34, 6));
    offload = {.needs_checksum = true,
               .checksum_start = 34,
               .checksum_offset = 16,
               .gso = Gso::kTcpV4,
               .tcp_ecn = false,
               .segment_size = kSegment,
               .header_size = kHeaders};
  }
};

/// True when libtins would have written the same, checksums included.
bool is_complete(const Bytes& frame) {
  return Tins::EthernetII(frame.data(), static_cast<std::uint32_t>(frame.size())).serialize() == frame;
}

Bytes inner(const Packet& packet) {
  return {packet.payload.begin() + 8, packet.payload.end()};
}

}  // namespace

TEST_CASE_METHOD(TwoVteps, "a superframe leaves as the packets it stands for") {
  const Superframe sent(3 * kSegment + 100);
  left.tap().send(sent.bytes, sent.offload);
  settle();

  REQUIRE(network.carried().size() == 4);
  Bytes payload;
  for (const Packet& packet : network.carried()) {
    const Bytes frame = inner(packet);
    CHECK(is_complete(frame));
    payload.insert(payload.end(), frame.begin() + kHeaders, frame.end());
  }
  CHECK(payload == Bytes(sent.bytes.begin() + kHeaders, sent.bytes.end()));
  CHECK(left.totals().tx_packets == 4);
  CHECK(left.totals().tx_bytes == sent.bytes.size() + 3 * kHeaders);
}

TEST_CASE_METHOD(TwoVteps, "its packets reach the other host as the superframe they were") {
  const Superframe sent(20 * kSegment + 100);
  left.tap().send(sent.bytes, sent.offload);
  SECTION("from a socket that delivers datagrams") {}
  SECTION("from a socket that delivers trains") {
    right.underlay().receive_trains();
  }
  settle();

  REQUIRE(right.tap().delivered().size() == 1);
  const auto& got = right.tap().delivered().front();
  CHECK(got.bytes == sent.bytes);
  CHECK(got.offload.needs_checksum);
  CHECK(got.offload.gso == Gso::kTcpV4);
  CHECK(got.offload.segment_size == kSegment);
  CHECK(got.offload.header_size == kHeaders);
  CHECK(right.totals().rx_packets == 21);
  CHECK(right.totals().rx_bytes == sent.bytes.size() + 20 * kHeaders);
  CHECK(right.totals().partial_checksum_completed == 0);
}

TEST_CASE_METHOD(TwoVteps, "a host that takes no superframes gets every packet by itself and complete") {
  const Superframe sent(3 * kSegment);
  left.tap().send(sent.bytes, sent.offload);
  std::uint64_t refusals = 0;
  SECTION("because its TAP was opened so") {
    right.tap().take_no_offload();
  }
  SECTION("because its kernel refuses them after all") {
    right.tap().refuse_superframes();
    refusals = 1;
  }
  settle();

  REQUIRE(right.tap().delivered().size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& got = right.tap().delivered()[i];
    CHECK(got.offload.gso == Gso::kNone);
    CHECK_FALSE(got.offload.needs_checksum);
    CHECK(got.bytes == inner(network.carried()[i]));
  }
  CHECK(right.superframes_refused() == refusals);
  CHECK(right.totals().rx_packets == 3);
}

TEST_CASE_METHOD(TwoVteps, "a kernel VTEP's superframe is cut for a host that takes none") {
  Superframe sent(4 * kSegment);
  network.carry({.source = address(kLeft),
                 .source_port = 50000,
                 .destination = remote(kRight),
                 .tos = 0,
                 .payload = vxlan_datagram(vni(100), sent.bytes)});
  right.tap().take_no_offload();
  settle();
  REQUIRE(right.tap().delivered().size() == 4);
  for (const auto& got : right.tap().delivered()) {
    CHECK_FALSE(got.offload.needs_checksum);
    CHECK(is_complete(got.bytes));
  }
  CHECK(right.totals().partial_checksum_completed == 1);
  CHECK(right.totals().rx_packets == 4);
}

TEST_CASE("a superframe for many remotes: each gets every packet, a failing one costs its own") {
  Lab lab;
  auto& left = lab.vtep(kLeft, {.flood_to = {kRight, kThird}});
  lab.network.fail(remote(kThird), ENETUNREACH);
  const Superframe sent(3 * kSegment);
  left.tap().send(sent.bytes, sent.offload);
  lab.settle();
  CHECK(lab.network.carried().size() == 3);
  CHECK(left.totals().tx_packets == 3);
  CHECK(left.totals().flooded == 3);
  CHECK(left.totals().flooded_copies == 6);
  CHECK(left.dropped(DropReason::kUnderlaySendFailed) == 3);
}

TEST_CASE("a superframe of more packets than one train holds leaves in order") {
  Lab lab;
  auto& left = lab.vtep(kLeft, {.flood_to = {kRight}});
  Superframe sent(60000);
  sent.offload.segment_size = 16;  // 3750 packets: several trains, and more than the scratch holds at once
  left.tap().send(sent.bytes, sent.offload);
  lab.settle();
  REQUIRE(lab.network.carried().size() == 3750);
  Bytes payload;
  for (const Packet& packet : lab.network.carried())
    payload = payload + Bytes(packet.payload.begin() + 8 + kHeaders, packet.payload.end());
  CHECK(payload == Bytes(sent.bytes.begin() + kHeaders, sent.bytes.end()));
  CHECK(left.totals().tx_packets == 3750);
}

TEST_CASE("a superframe whose offload contradicts its bytes is a runt, and only itself is lost") {
  Lab lab;
  auto& left = lab.vtep(kLeft, {.flood_to = {kRight}});
  const Superframe good(2 * kSegment);
  auto bad = good.offload;
  SECTION("headers beyond the frame") {
    bad.header_size = 60000;
  }
  SECTION("another IP version") {
    bad.gso = Gso::kTcpV6;
  }
  SECTION("another protocol") {
    bad.gso = Gso::kUdp;
  }
  left.tap().send(good.bytes, bad);
  left.tap().send(good.bytes, good.offload);
  lab.settle();
  CHECK(lab.network.carried().size() == 2);
  CHECK(left.totals().drops[static_cast<std::size_t>(DropReason::kTapRunt)] >= 1);
}

TEST_CASE_METHOD(TwoVteps, "a train with a stranger in it: every datagram has its own verdict") {
  right.underlay().receive_trains();
  const Bytes good = ethernet_frame(kBob, kAlice, "hello");
  Bytes reserved = vxlan_datagram(vni(100), good);
  reserved[1] = 1;
  const auto send = [&](Bytes payload) {
    network.carry({.source = address(kLeft),
                   .source_port = 50000,
                   .destination = remote(kRight),
                   .tos = 0,
                   .payload = std::move(payload)});
  };
  send(vxlan_datagram(vni(100), good));
  send(vxlan_datagram(vni(101), good));
  send(reserved);
  send(vxlan_datagram(vni(100), good));
  send({8, 0, 0});
  settle();
  CHECK(right.tap().delivered().size() == 2);
  CHECK(right.dropped_without_segment(DropReason::kVniUnknown) == 1);
  CHECK(right.dropped(DropReason::kReservedBits) == 1);
  CHECK(right.dropped_without_segment(DropReason::kHeaderTruncated) == 1);
}
