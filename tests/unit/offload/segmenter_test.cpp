#include "offload/segmenter.hpp"

#include <algorithm>
#include <random>

#include "frames.hpp"
#include "offload/transport.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Gso = FrameOffload::Gso;

namespace {

constexpr std::uint16_t kFin = 0x001, kPsh = 0x008, kCwr = 0x080;

/// Packet i of `count` as its sender would have made it without an offload: libtins' doing, checksums
/// included.
Bytes expected_packet(const Superframe& from, std::size_t i, std::size_t count) {
  PacketSpec spec = from.spec;
  const std::size_t size = from.offload.segment_size;
  spec.identification = static_cast<std::uint16_t>(spec.identification + i);
  spec.sequence = static_cast<std::uint32_t>(spec.sequence + i * size);
  if (i != 0) spec.tcp_flags &= static_cast<std::uint16_t>(~kCwr);
  if (i + 1 != count) spec.tcp_flags &= static_cast<std::uint16_t>(~(kFin | kPsh));
  L4Frame made = make_packet(spec, from.payload.substr(i * size, size));
  made.bytes.resize(made.bytes.size() - made.trailer);
  return made.checksum() == 0 ? made.with_checksum(0xFFFF) : made.bytes;
}

BytesView view(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Bytes packet_of(const Segmenter& segmenter, std::size_t i, BytesView payload) {
  const auto slice = payload.subspan(segmenter.payload_offset(i), segmenter.payload_length(i));
  Bytes packet(segmenter.header_size(), 0xEE);
  segmenter.write_headers(i, slice, packet);
  return packet + Bytes(slice.begin(), slice.end());
}

void check_segmentation(const Superframe& made) {
  INFO(made.what);
  const auto segmenter = Segmenter::of(made.headers, made.offload, made.payload.size());
  REQUIRE(segmenter);
  const std::size_t size = made.offload.segment_size;
  REQUIRE(segmenter->count() == made.payload.size() / size + (made.payload.size() % size != 0 ? 1 : 0));
  std::size_t next = 0;
  for (std::size_t i = 0; i < segmenter->count(); ++i) {
    INFO("packet " << i);
    REQUIRE(segmenter->payload_offset(i) == next);
    next += segmenter->payload_length(i);
    REQUIRE(packet_of(*segmenter, i, view(made.payload)) == expected_packet(made, i, segmenter->count()));
  }
  REQUIRE(next == made.payload.size());
}

PacketSpec random_spec(std::mt19937& random) {
  const auto coin = [&random] { return random() % 2 != 0; };
  return {.shape = {.v6 = coin(), .tcp = coin(), .vlan = coin()},
          .service_tag = random() % 4 == 0,
          .ip_options = coin(),
          .tcp_options = coin(),
          .identification = static_cast<std::uint16_t>(coin() ? random() : 0xFFFE),  // runs over at packet 2
          .sequence = static_cast<std::uint32_t>(coin() ? random() : 0xFFFFFF00),
          .tcp_flags = static_cast<std::uint16_t>(random() % 0x200)};
}

bool refused(const Superframe& made, const FrameOffload& offload) {
  return !Segmenter::of(made.headers, offload, made.payload.size());
}

}  // namespace

TEST_CASE("segmenter: random superframes become what libtins makes of each packet") {
  const auto seed = GENERATE(range(1U, 9U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int n = 0; n < 100; ++n) {
    const auto segment_size = static_cast<std::uint16_t>(1 + random() % (n % 4 == 0 ? 9000 : 1460));
    const std::size_t most = std::min<std::size_t>(60'000 / segment_size, 50);
    const std::size_t whole = random() % (most + 1) * segment_size;
    const std::size_t size = std::max<std::size_t>(1, n % 3 == 0   ? whole
                                                      : n % 3 == 1 ? whole + 1
                                                                   : whole + random() % segment_size);
    const auto stated_length = static_cast<std::uint16_t>(random() % 3 == 0 ? 0 : random());
    check_segmentation(
        make_superframe(random_spec(random), random_text(random, size), segment_size, stated_length));
  }
}

TEST_CASE("segmenter: every shape, from one byte to one more than a multiple") {
  std::mt19937 random(1);
  for (const auto& made : all_superframes())
    for (const std::size_t size : {1U, 99U, 100U, 101U, 199U, 200U, 201U})
      check_segmentation(make_superframe(made.spec, random_text(random, size), 100));
}

TEST_CASE("segmenter: FIN, PSH and CWR for every number of packets") {
  for (std::uint16_t flags = 0; flags < 0x200; ++flags)
    for (const std::size_t size : {5U, 20U, 30U}) {
      const PacketSpec spec{.shape = {.v6 = false, .tcp = true, .vlan = false}, .tcp_flags = flags};
      Superframe made = make_superframe(spec, std::string(size, 'x'), 10);
      check_segmentation(made);
      made.offload.tcp_ecn = !made.offload.tcp_ecn;  // the flag in the header is what counts
      check_segmentation(made);
    }
}

TEST_CASE("segmenter: more payload than IP can state") {
  std::mt19937 random(2);
  for (const bool v6 : {false, true})
    for (const bool tcp : {false, true})
      check_segmentation(make_superframe({.shape = {.v6 = v6, .tcp = tcp, .vlan = false}},
                                         random_text(random, 200'000), 8948));
}

TEST_CASE("segmenter: a checksum of zero is written as all ones") {
  for (const auto& made : all_superframes()) {
    // The second packet's payload is chosen so that everything sums to 0xFFFF, whose complement is zero.
    Superframe zero = made;
    std::fill(zero.payload.begin() + 100, zero.payload.begin() + 102, '\0');
    const auto field = zero.offload.checksum_start + std::size_t{zero.offload.checksum_offset};
    const auto rest = load_be<std::uint16_t>(expected_packet(zero, 1, 3), field).value();
    zero.payload[100] = static_cast<char>(rest >> 8);
    zero.payload[101] = static_cast<char>(rest & 0xFF);
    INFO(zero.what);
    const auto segmenter = Segmenter::of(zero.headers, zero.offload, zero.payload.size());
    REQUIRE(segmenter);
    CHECK(load_be<std::uint16_t>(packet_of(*segmenter, 1, view(zero.payload)), field) ==
          std::uint16_t{0xFFFF});
    check_segmentation(zero);
  }
}

TEST_CASE("segmenter: nothing outside the header's bytes is written, nothing at all without room") {
  for (const auto& made : all_superframes()) {
    const auto segmenter = Segmenter::of(made.headers, made.offload, made.payload.size());
    REQUIRE(segmenter);
    Bytes out(made.headers.size() + 40, 0xEE);
    segmenter->write_headers(1, view(made.payload).subspan(100, 100), out);
    CHECK(std::all_of(out.end() - 40, out.end(), [](std::uint8_t byte) { return byte == 0xEE; }));
    Bytes small(made.headers.size() - 1, 0xEE);
    segmenter->write_headers(1, view(made.payload).subspan(100, 100), small);
    CHECK(small == Bytes(small.size(), 0xEE));
  }
}

TEST_CASE("segmenter: the superframe's headers may be overwritten") {
  for (const auto& made : all_superframes()) {
    Bytes headers = made.headers;
    const auto segmenter = Segmenter::of(headers, made.offload, made.payload.size());
    REQUIRE(segmenter);
    for (std::size_t i = 0; i < 3; ++i) {
      segmenter->write_headers(i, view(made.payload).subspan(100 * i, 100), headers);
      REQUIRE(headers + Bytes(100, 'x') == expected_packet(made, i, 3));
    }
  }
}

TEST_CASE("segmenter: an offload that is not what the headers say is refused") {
  for (const auto& made : all_superframes()) {
    INFO(made.what);
    const auto with = [&](auto change) {
      FrameOffload offload = made.offload;
      change(offload);
      return offload;
    };
    REQUIRE_FALSE(refused(made, made.offload));
    for (const Gso gso : {Gso::kNone, Gso::kTcpV4, Gso::kTcpV6, Gso::kUdp, static_cast<Gso>(9)})
      if (gso != made.offload.gso) CHECK(refused(made, with([&](auto& o) { o.gso = gso; })));
    CHECK(refused(made, with([](auto& o) { o.needs_checksum = false; })));
    CHECK(refused(made, with([](auto& o) { o.segment_size = 0; })));
    CHECK(refused(made, with([](auto& o) { o.checksum_start += 4; })));
    CHECK(refused(made, with([](auto& o) { o.checksum_start -= 1; })));
    CHECK(refused(made, with([](auto& o) { o.checksum_offset += 2; })));
    CHECK(refused(made, with([](auto& o) { o.header_size += 4; })));
    for (std::uint16_t size = 0; size < 300; ++size)
      if (size != made.headers.size()) CHECK(refused(made, with([&](auto& o) { o.header_size = size; })));
    CHECK_FALSE(Segmenter::of(made.headers, made.offload, 0));
  }
}

TEST_CASE("segmenter: a header that names another size than the offload does is refused") {
  for (const auto& made : all_superframes()) {
    INFO(made.what);
    // Bytes follow, so that it is not for want of them.
    Superframe longer = made;
    longer.headers.resize(300, 0);
    REQUIRE_FALSE(refused(longer, made.offload));
    const std::size_t ip = made.spec.shape.vlan    ? made.spec.service_tag ? 22 : 18
                           : made.spec.service_tag ? 18
                                                   : 14;
    for (unsigned value = 0; value < 256; ++value) {
      Superframe other = longer;
      std::uint8_t& size = made.spec.shape.tcp ? other.headers[made.offload.checksum_start + std::size_t{12}]
                                               : other.headers[ip];
      if (size >> 4 == value >> 4 && (made.spec.shape.tcp || made.spec.shape.v6 || size == value)) continue;
      size = static_cast<std::uint8_t>(value);
      if (!refused(other, made.offload)) FAIL("accepted " << value);
    }
  }
}

TEST_CASE("segmenter: a TCP header below its minimum is refused, whatever the offload says") {
  for (const bool v6 : {false, true})
    for (std::uint8_t words = 0; words < 5; ++words) {
      Superframe made =
          make_superframe({.shape = {.v6 = v6, .tcp = true, .vlan = false}}, std::string(300, 'x'), 100);
      made.headers[made.offload.checksum_start + std::size_t{12}] = static_cast<std::uint8_t>(words << 4);
      made.offload.header_size = static_cast<std::uint16_t>(made.offload.checksum_start + 4 * words);
      CHECK(refused(made, made.offload));
    }
}

TEST_CASE("segmenter: neither TCP nor UDP has no L4 header") {
  for (const auto& made : all_superframes()) {
    const auto ethernet = EthernetHeader::parse(made.headers);
    auto ip = InnerIp::parse(ethernet.value(), made.headers).value();
    CHECK(l4_header_size(ip, made.headers) == made.headers.size() - ip.l4_offset);
    ip.protocol = 1;
    CHECK_FALSE(l4_header_size(ip, made.headers));
  }
}

TEST_CASE("segmenter: a fragment is no superframe") {
  for (const auto fragment : std::initializer_list<std::uint16_t>{0x2000, 0x0001, 0x1FFF, 0x3FFF}) {
    Superframe made =
        make_superframe({.shape = {.v6 = false, .tcp = true, .vlan = false}}, std::string(300, 'x'), 100);
    store_be(MutableBytes(made.headers), 20, fragment);
    CHECK(refused(made, made.offload));
  }
  Superframe made = make_superframe({.shape = {.v6 = true, .tcp = true, .vlan = false}, .ip_options = true},
                                    std::string(300, 'x'), 100);
  REQUIRE_FALSE(refused(made, made.offload));
  made.headers[14 + 6] = 44;  // the first extension header, of 8 bytes, read as a fragment header
  CHECK(refused(made, made.offload));
}

TEST_CASE("segmenter: a packet longer than IP can state is refused, one less is not") {
  for (const bool v6 : {false, true}) {
    const auto fits = static_cast<std::uint16_t>(0xFFFF - (v6 ? 60 : 40));
    const PacketSpec spec{.shape = {.v6 = v6, .tcp = true, .vlan = true}};
    const auto of_size = [&](std::uint16_t segment_size, std::size_t payload) {
      const auto made = make_superframe(spec, "x", segment_size);
      return Segmenter::of(made.headers, made.offload, payload);
    };
    CHECK(of_size(fits, 200'000));
    CHECK_FALSE(of_size(fits + 1, 200'000));
    CHECK(of_size(0xFFFF, fits));  // a short only packet
    CHECK_FALSE(of_size(0xFFFF, fits + 1));
  }
}

TEST_CASE("segmenter: headers cut short at any length are refused") {
  for (const auto& made : all_superframes())
    for (std::size_t length = 0; length < made.headers.size(); ++length) {
      INFO(made.what << " cut to " << length);
      // A copy of exactly this size, so that a sanitizer sees a step too far.
      const Bytes cut(made.headers.begin(), made.headers.begin() + static_cast<std::ptrdiff_t>(length));
      REQUIRE_FALSE(Segmenter::of(cut, made.offload, made.payload.size()));
      FrameOffload offload = made.offload;
      offload.header_size = static_cast<std::uint16_t>(length);
      REQUIRE_FALSE(Segmenter::of(cut, offload, made.payload.size()));
    }
}

TEST_CASE("segmenter: random headers and offloads are refused or segmented within bounds") {
  std::mt19937 random(3);
  const auto all = all_superframes();
  int accepted = 0;
  for (int n = 0; n < 20'000; ++n) {
    Superframe made = all[random() % all.size()];
    for (auto changes = random() % 4; changes > 0; --changes)
      made.headers[random() % made.headers.size()] = static_cast<std::uint8_t>(random());
    if (n % 4 == 0) made.offload.segment_size = static_cast<std::uint16_t>(random());
    const auto segmenter = Segmenter::of(made.headers, made.offload, made.payload.size());
    if (!segmenter) continue;
    ++accepted;
    std::size_t total = 0;
    for (std::size_t i = 0; i < segmenter->count(); ++i)
      total += packet_of(*segmenter, i, view(made.payload)).size() - made.headers.size();
    REQUIRE(total == made.payload.size());
  }
  CHECK(accepted > 1000);
}
