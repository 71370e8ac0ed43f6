// The messages to the sender of what is too big, read back by libtins.
#include "offload/too_big_message.hpp"

#include <tins/tins.h>

#include "support/catch.hpp"
#include "support/ip_frames.hpp"
#include "support/printing.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

const MacAddress kAlice = mac("02:00:00:00:00:0a");
const MacAddress kBob = mac("02:00:00:00:00:0b");

std::optional<Bytes> too_big(const Bytes& frame, std::uint32_t mtu) {
  Bytes out(kTooBigMessageMax);
  const auto size = write_too_big(frame, mtu, out);
  if (!size) return std::nullopt;
  out.resize(*size);
  return out;
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

TEST_CASE("too big: an IPv4 sender is told what fits, by the packet's own destination") {
  const Bytes inner = whole_v4(4000);
  const auto message = too_big(inner, 3950);
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
  CHECK(icmp.mtu() == 3950);
  CHECK(ones_sum(*message, 14, 20) == 0xFFFF);
  CHECK(ones_sum(*message, 34, message->size() - 34) == 0xFFFF);
  // What the sender finds its socket by.
  CHECK(std::equal(message->begin() + 14 + 28, message->end(), inner.begin() + 14));
}

TEST_CASE("too big: an IPv6 sender is told what fits") {
  const auto message = too_big(large_v6(4000), 3930);
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
  CHECK(told == 3930U);
  const std::size_t length = message->size() - 54;
  const std::uint64_t pseudo = ones_sum(*message, 14 + 8, 32) + length + 58;
  CHECK(ones_sum(*message, 54, length, pseudo) == 0xFFFF);
}

TEST_CASE("too big: a tag that the frame carries is in the answer") {
  Tins::IP ip("10.0.0.2", "10.0.0.1");
  ip.flags(Tins::IP::DONT_FRAGMENT);
  auto packet =
      ethernet_ii() / Tins::Dot1Q(42) / ip / Tins::UDP(53, 40000) / Tins::RawPDU(std::string(4000, 'x'));
  const auto message = too_big(packet.serialize(), 3946);
  REQUIRE(message);
  const Tins::EthernetII frame(message->data(), static_cast<std::uint32_t>(message->size()));
  CHECK(frame.rfind_pdu<Tins::Dot1Q>().id() == 42);
  CHECK(frame.rfind_pdu<Tins::ICMP>().mtu() == 3946);
}

TEST_CASE("too big: who must not be told is not") {
  const Bytes inner = whole_v4(4000);
  const auto told = [](const Bytes& frame) { return too_big(frame, 3950).has_value(); };
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
      const auto message =
          too_big(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)), 526);
      if (message) CHECK(message->size() <= length + 48);
    }
}
