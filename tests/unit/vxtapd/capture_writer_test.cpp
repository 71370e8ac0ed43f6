// What a capture makes of superframes, trains and datagrams.
#include "vxtapd/capture_writer.hpp"

#include "support/ip_frames.hpp"
#include "support/printing.hpp"
#include "unit/vxtapd/capture_rig.hpp"

using namespace vxtap;
using namespace vxtap::test;
using control::CaptureRequest;

namespace {

constexpr std::size_t kHeaders = 14 + 20 + 8;
constexpr std::size_t kSegment = 1000;
const auto kRight = "192.0.2.2";

struct Superframe {
  Bytes bytes = whole_v4(2 * kSegment + 100);
  FrameOffload offload{.needs_checksum = true,
                       .checksum_start = 34,
                       .checksum_offset = 6,
                       .gso = FrameOffload::Gso::kUdp,
                       .segment_size = kSegment,
                       .header_size = kHeaders};
};

struct Rig : CaptureRig {
  Rig() : CaptureRig({{.vni = 100, .flood_to = {kRight}}}) {}
};

/// True when libtins would have written the same, checksums included.
template <class Pdu>
bool is_complete(const Bytes& packet) {
  return Pdu(packet.data(), static_cast<std::uint32_t>(packet.size())).serialize() == packet;
}

CapturedFile of_superframe(const CaptureRequest& request) {
  Rig rig;
  const auto stream = rig.open(request);
  const Superframe sent;
  rig.host_sends(sent.bytes, sent.offload);
  return CaptureRig::finish(*stream);
}

}  // namespace

TEST_CASE("capture: superframes and trains are cut into packets, each of them complete") {
  const auto file = of_superframe({});
  REQUIRE(file.packets.size() == 6);
  for (std::size_t i = 0; i < 3; ++i) {
    const Bytes& outer = file.packets[i + 3].bytes;
    const Bytes& inner = file.packets[i].bytes;
    CHECK(inner.size() == kHeaders + (i < 2 ? kSegment : 100));
    CHECK(is_complete<Tins::EthernetII>(inner));
    CHECK(is_complete<Tins::IP>(outer));
    CHECK(Bytes(outer.begin() + 20 + 8 + 8, outer.end()) == inner);
  }
}

TEST_CASE("capture: with --superframes they stay as they are") {
  const auto file = of_superframe({.superframes = true});
  REQUIRE(file.packets.size() == 2);
  CHECK(file.packets[0].bytes == Superframe().bytes);
  const Tins::IP outer(file.packets[1].bytes.data(),
                       static_cast<std::uint32_t>(file.packets[1].bytes.size()));
  CHECK(outer.tot_len() == 20 + 8 + 3 * (8 + kHeaders) + 2 * kSegment + 100);
  CHECK(is_complete<Tins::IP>(file.packets[1].bytes));
}

TEST_CASE("capture: each packet of a superframe is judged by itself") {
  CHECK(of_superframe({.filter = inspect::compile_filter("less 1000")}).packets.size() == 2);
  CHECK(of_superframe({.filter = inspect::compile_filter("greater 1000")}).packets.size() == 4);
  CHECK(of_superframe({.filter = inspect::compile_filter("greater 2000")}).packets.empty());
  CHECK(of_superframe({.filter = inspect::compile_filter("tcp")}).packets.empty());
}

TEST_CASE("capture: the count is of packets, not of superframes") {
  const auto file = of_superframe({.count = 4});
  CHECK(file.packets.size() == 4);
  CHECK(file.statistics.size() == 2);
}

TEST_CASE("capture: what arrived has its outer headers again, as far as they are known") {
  Rig rig;
  const auto stream = rig.open({.side = CaptureRequest::Side::kUnderlay});
  rig.arrives(udp_v4());
  const auto file = CaptureRig::finish(*stream);
  REQUIRE(file.packets.size() == 1);
  const Bytes& bytes = file.packets[0].bytes;
  CHECK(is_complete<Tins::IP>(bytes));
  const Tins::IP ip(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  CHECK(ip.src_addr() == "192.0.2.2");
  CHECK(ip.dst_addr() == "192.0.2.1");
  CHECK(ip.tos() == 0xB9);
  CHECK(ip.ttl() == 64);
  CHECK(ip.rfind_pdu<Tins::UDP>().sport() == 50000);
  CHECK(ip.rfind_pdu<Tins::UDP>().dport() == 4789);
  CHECK(Bytes(bytes.begin() + 28, bytes.end()) == vxlan_datagram(vni(100), udp_v4()));
}

TEST_CASE("capture: what is sent has the outer headers it leaves with") {
  CaptureRig rig(
      {{.vni = 100, .flood_to = {"239.1.1.1"}, .outer = {.tos_value = 0x20, .df = OuterPolicy::Df::kSet}}});
  const auto stream = rig.open({.side = CaptureRequest::Side::kUnderlay});
  rig.host_sends(udp_v4());
  const auto file = CaptureRig::finish(*stream);
  REQUIRE(!file.packets.empty());
  const Bytes& bytes = file.packets[0].bytes;
  CHECK(is_complete<Tins::IP>(bytes));
  const Tins::IP ip(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  CHECK(ip.dst_addr() == "239.1.1.1");
  CHECK(ip.ttl() == 1);
  CHECK(ip.tos() == 0x20);
  CHECK(ip.flags() == Tins::IP::DONT_FRAGMENT);
}

TEST_CASE("capture: a datagram without a whole VXLAN header is one too") {
  Rig rig;
  const auto stream = rig.open({.drops_only = true});
  rig.left.underlay().arrive(
      {.source = address(kRight), .source_port = 1, .destination = {}, .tos = 0, .payload = {1, 2, 3}});
  rig.settle();
  const auto file = CaptureRig::finish(*stream);
  REQUIRE(file.packets.size() == 1);
  CHECK(file.packets[0].comment == "dropped: header_truncated (datagram shorter than a VXLAN header)");
  CHECK(file.packets[0].bytes.size() == 31);
}
