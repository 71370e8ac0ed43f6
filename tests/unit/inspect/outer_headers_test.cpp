// Against libtins, which works out lengths and checksums by itself.
#include "inspect/outer_headers.hpp"

#include <tins/tins.h>

#include "support/catch.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace vxtap::inspect;
using test::Bytes;
using test::operator+;  // NOLINT(misc-unused-using-decls): used as +

namespace {

Bytes payload_of(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + 5);
  return bytes;
}

Bytes written(const OuterFields& fields, const Bytes& payload) {
  const OuterHeaders headers(fields, payload);
  return Bytes(headers.bytes().begin(), headers.bytes().end()) + payload;
}

}  // namespace

TEST_CASE("outer headers: IPv4") {
  const auto size = GENERATE(0, 1, 8, 97, 1458, 65507);
  const auto whole = GENERATE(true, false);
  const Bytes payload = payload_of(static_cast<std::size_t>(size));
  Tins::IP ip("192.0.2.2", "192.0.2.1");
  ip.id(0);
  ip.ttl(7);
  ip.tos(0xB9);
  if (whole) ip.flags(Tins::IP::DONT_FRAGMENT);
  auto expected = ip / Tins::UDP(4789, 50000) / Tins::RawPDU(payload);
  CHECK(written({.source = test::remote("192.0.2.1", 50000),
                 .destination = test::remote("192.0.2.2"),
                 .tos = 0xB9,
                 .ttl = 7,
                 .dont_fragment = whole},
                payload) == expected.serialize());
}

TEST_CASE("outer headers: IPv6") {
  const auto size = GENERATE(8, 97, 1458, 65507);
  const Bytes payload = payload_of(static_cast<std::size_t>(size));
  Tins::IPv6 ip("2001:db8::2", "2001:db8::1");
  ip.hop_limit(9);
  ip.traffic_class(0xB9);
  ip.flow_label(0xABCDE);
  auto expected = ip / Tins::UDP(4789, 50000) / Tins::RawPDU(payload);
  CHECK(written({.source = test::remote("2001:db8::1", 50000),
                 .destination = test::remote("2001:db8::2"),
                 .tos = 0xB9,
                 .ttl = 9,
                 .flow_label = 0xABCDE},
                payload) == expected.serialize());
}

TEST_CASE("outer headers: without UDP checksum its field is zero") {
  const Bytes packet = written({.source = test::remote("192.0.2.1", 50000),
                                .destination = test::remote("192.0.2.2"),
                                .checksum = false},
                               payload_of(10));
  CHECK(load_be<std::uint16_t>(packet, 20 + 6) == 0);
  CHECK(load_be<std::uint16_t>(packet, 20 + 4) == 18);
}
