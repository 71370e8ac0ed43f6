// Path MTU: what fits, and the messages to the sender, read back by libtins.
#include "vxtap/too_big.hpp"

#include "ip_frames.hpp"
#include "packets.hpp"

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
  std::optional<Bytes> message(std::uint32_t path_mtu) {
    Bytes out(kTooBigMessageSize);
    const auto size = write_too_big(verdict, frame, path_mtu, out);
    if (!size) return std::nullopt;
    out.resize(*size);
    return out;
  }
};

Bytes whole_v4(std::size_t payload, std::uint8_t flags = Tins::IP::DONT_FRAGMENT) {
  Tins::IP ip("10.0.0.2", "10.0.0.1");
  ip.flags(static_cast<Tins::IP::Flags>(flags));
  auto packet = ethernet_ii() / ip / Tins::UDP(53, 40000) / Tins::RawPDU(std::string(payload, 'x'));
  return packet.serialize();
}

Bytes large_v6(std::size_t payload) {
  return udp_v6(0, {"fd00::1", "fd00::2"}, std::string(payload, 'x'));
}

/// RFC 1071 as it is written, over bytes of a message; all ones where the checksum is right.
std::uint64_t ones_sum(const Bytes& bytes, std::size_t at, std::size_t size, std::uint64_t sum = 0) {
  for (std::size_t i = 0; i < size; i += 2)
    sum += bytes[at + i] * 256U + (i + 1 < size ? bytes[at + i + 1] : 0U);
  while (sum > 0xFFFF) sum = sum % 0x10000 + sum / 0x10000;
  return sum;
}

/// Changes a byte of the inner IP header, or behind it.
Bytes changed(Bytes frame, std::size_t at, std::uint8_t value) {
  frame[14 + at] = value;
  return frame;
}

}  // namespace

TEST_CASE("too big: the outer size is the inner IP packet and fifty or seventy bytes") {
  for (const bool v6_underlay : {false, true}) {
    Passage passage(whole_v4(1000 - 28), v6_underlay);
    CHECK(outer_size(passage.verdict, Frame{passage.frame, {}}) == (v6_underlay ? 1070 : 1050));
  }
}

TEST_CASE("too big: a superframe counts by its largest packet") {
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

TEST_CASE("too big: a packet to the byte fits, one more is cut or refused") {
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

TEST_CASE("too big: an IPv4 sender is told what fits, by the packet's own destination") {
  Passage passage(whole_v4(4000), GENERATE(false, true));
  const auto message = passage.message(4000);
  REQUIRE(message);
  CHECK(message->size() == 14 + 576);
  const Tins::EthernetII frame(message->data(), static_cast<std::uint32_t>(message->size()));
  CHECK(frame.dst_addr() == "02:00:00:00:00:0a");
  CHECK(frame.src_addr() == "02:00:00:00:00:0b");
  const auto& ip = frame.rfind_pdu<Tins::IP>();
  CHECK(ip.src_addr() == "10.0.0.2");
  CHECK(ip.dst_addr() == "10.0.0.1");
  const auto& icmp = frame.rfind_pdu<Tins::ICMP>();
  CHECK(icmp.type() == Tins::ICMP::DEST_UNREACHABLE);
  CHECK(icmp.code() == 4);
  CHECK(icmp.mtu() == (passage.segment.local.is_v4() ? 3950 : 3930));
  CHECK(ones_sum(*message, 14, 20) == 0xFFFF);
  CHECK(ones_sum(*message, 34, message->size() - 34) == 0xFFFF);
  // What the sender finds its socket by.
  CHECK(std::equal(message->begin() + 14 + 28, message->end(), passage.frame.begin() + 14));
}

TEST_CASE("too big: an IPv6 sender is told what fits") {
  Passage passage(large_v6(4000), GENERATE(false, true));
  const auto message = passage.message(4000);
  REQUIRE(message);
  CHECK(message->size() == 14 + 1280);
  const Tins::EthernetII frame(message->data(), static_cast<std::uint32_t>(message->size()));
  const auto& ip = frame.rfind_pdu<Tins::IPv6>();
  CHECK(ip.src_addr() == "fd00::2");
  CHECK(ip.dst_addr() == "fd00::1");
  const auto& icmp = frame.rfind_pdu<Tins::ICMPv6>();
  CHECK(int{icmp.type()} == 2);
  const std::size_t mtu = 14 + 40 + 4;
  const auto told = load_be<std::uint32_t>(*message, mtu);
  CHECK(told == (passage.segment.local.is_v4() ? 3950U : 3930U));
  const std::size_t length = message->size() - 54;
  const std::uint64_t pseudo = ones_sum(*message, 14 + 8, 32) + length + 58;
  CHECK(ones_sum(*message, 54, length, pseudo) == 0xFFFF);
}

TEST_CASE("too big: a tag that the frame carries takes four bytes more and is in the answer") {
  Tins::IP ip("10.0.0.2", "10.0.0.1");
  ip.flags(Tins::IP::DONT_FRAGMENT);
  auto packet =
      ethernet_ii() / Tins::Dot1Q(42) / ip / Tins::UDP(53, 40000) / Tins::RawPDU(std::string(4000, 'x'));
  Passage passage(packet.serialize());
  const auto message = passage.message(4000);
  REQUIRE(message);
  const Tins::EthernetII frame(message->data(), static_cast<std::uint32_t>(message->size()));
  CHECK(frame.rfind_pdu<Tins::Dot1Q>().id() == 42);
  CHECK(frame.rfind_pdu<Tins::ICMP>().mtu() == 3946);
}

TEST_CASE("too big: who must not be told is not") {
  const Bytes inner = whole_v4(4000);
  const auto told = [](Bytes frame) { return Passage(std::move(frame)).message(4000).has_value(); };
  CHECK(told(inner));
  CHECK_FALSE(told(whole_v4(4000, 0)));                     // may be fragmented
  CHECK_FALSE(told(changed(inner, 7, 1)));                  // a later fragment
  CHECK_FALSE(told(changed(inner, 16, 224)));               // to a group
  CHECK_FALSE(told(changed(inner, 12, 224)));               // from a group
  CHECK_FALSE(told(changed(inner, 12, 127)));               // from loopback
  CHECK_FALSE(told(changed(changed(inner, 9, 1), 20, 3)));  // an ICMP error
  CHECK(told(changed(changed(inner, 9, 1), 20, 8)));        // an echo request
  CHECK_FALSE(told(ethernet_frame(kBob, kAlice, std::string(4000, 'x'))));

  const Bytes six = large_v6(4000);
  CHECK(told(six));
  CHECK(told(changed(six, 24, 0xFF)));                     // to a group: RFC 4443 allows it
  CHECK_FALSE(told(changed(six, 8, 0xFF)));                // from a group
  CHECK_FALSE(told(changed(changed(six, 6, 58), 40, 2)));  // an ICMPv6 error
  CHECK(told(changed(changed(six, 6, 58), 40, 128)));      // an echo request
}

TEST_CASE("too big: cut short at any length, an answer never quotes what is not there") {
  for (const Bytes& whole : {whole_v4(700), large_v6(1400)})
    for (std::size_t length = 0; length < whole.size(); ++length) {
      Passage passage(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
      const auto message = passage.message(576);
      if (message) CHECK(message->size() <= length + 48);
    }
}
