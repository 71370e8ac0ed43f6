#include "offload/checksum.hpp"

#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <sstream>

#include "frames.hpp"
#include "offload/checksum_kernels.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

Bytes random_bytes(std::mt19937& random, std::size_t count) {
  Bytes bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

std::uint16_t sum_by(const checksum::Kernel& kernel, BytesView bytes, std::uint32_t initial = 0) {
  return checksum::finish_sum(kernel.sum(bytes), initial);
}

/// The words of the kernel's list of what the first CPU can do.
std::set<std::string> cpu_flags() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line) && !line.starts_with("flags")) continue;
  std::istringstream words(line);
  return {std::istream_iterator<std::string>(words), {}};
}

Frame unfinished_frame(Bytes& bytes, const L4Frame& made) {
  return {bytes,
          {.needs_checksum = true,
           .checksum_start = static_cast<std::uint16_t>(made.l4_offset),
           .checksum_offset = static_cast<std::uint16_t>(made.checksum_offset())}};
}

}  // namespace

TEST_CASE("checksum: RFC 1071's own example") {
  const Bytes example{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  CHECK(ones_complement_sum(example) == 0xddf2);
}

TEST_CASE("checksum kernels: RFC 1071's own example") {
  for (const auto& kernel : checksum::kernels())
    CHECK(sum_by(kernel, Bytes{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}) == 0xddf2);
}

TEST_CASE("checksum kernels: the fastest is there where the CPU has it") {
  REQUIRE_FALSE(checksum::kernels().empty());
  CHECK(checksum::kernels().front().name == std::string("portable"));
#if defined(__x86_64__)
  CHECK((checksum::kernels().back().name == std::string("avx2")) == cpu_flags().contains("avx2"));
#endif
}

TEST_CASE("checksum kernels: every length to 300 at every alignment sums as the naive loop does") {
  std::mt19937 random(1);
  const Bytes bytes = random_bytes(random, 334);
  for (std::size_t length = 0; length <= 300; ++length)
    for (std::size_t offset = 0; offset < 34; ++offset) {
      const auto part = BytesView(bytes).subspan(offset, length);
      const auto expected = naive_sum(part);
      if (ones_complement_sum(part) != expected) FAIL(length << " bytes at " << offset);
      for (const auto& kernel : checksum::kernels())
        if (sum_by(kernel, part) != expected) FAIL(kernel.name << ": " << length << " bytes at " << offset);
    }
}

TEST_CASE("checksum kernels: nothing behind the last byte is read") {
  std::mt19937 random(4);
  for (std::size_t length = 0; length <= 300; ++length) {
    const Bytes exact = random_bytes(random, length);  // of its own, so that a sanitizer sees a step too far
    for (const auto& kernel : checksum::kernels()) REQUIRE(sum_by(kernel, exact) == naive_sum(exact));
  }
}

TEST_CASE("checksum kernels: long random buffers") {
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    const Bytes bytes = random_bytes(random, random() % 65536);
    const auto initial = static_cast<std::uint32_t>(random());
    const auto expected = naive_sum(bytes, initial);
    REQUIRE(ones_complement_sum(bytes, initial) == expected);
    for (const auto& kernel : checksum::kernels()) {
      INFO(kernel.name << ", " << bytes.size() << " bytes");
      REQUIRE(sum_by(kernel, bytes, initial) == expected);
    }
  }
}

TEST_CASE("checksum kernels: carries at their worst") {
  for (const auto& kernel : checksum::kernels())
    for (const int fill : {0x00, 0xFF, 0x80})
      for (const std::size_t length : {1U, 7U, 8U, 9U, 64U, 65U, 128U, 1450U, 65535U, 4'000'001U}) {
        const Bytes bytes(length, static_cast<std::uint8_t>(fill));
        INFO(kernel.name << ", " << length << " bytes of " << fill);
        CHECK(sum_by(kernel, bytes) == naive_sum(bytes));
        CHECK(sum_by(kernel, bytes, 0xFFFFFFFF) == naive_sum(bytes, 0xFFFFFFFF));
        CHECK(ones_complement_sum(bytes, 0xFFFFFFFF) == naive_sum(bytes, 0xFFFFFFFF));
      }
}

TEST_CASE("checksum: random packets with a sum so far") {
  const auto seed = GENERATE(range(1U, 5U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const auto bytes = random_bytes(random, random() % 2000);
    const auto initial = static_cast<std::uint32_t>(random());
    REQUIRE(ones_complement_sum(bytes, initial) == naive_sum(bytes, initial));
  }
}

TEST_CASE("checksum: sums of the parts give the sum of the whole") {
  std::mt19937 random(2);
  const auto bytes = random_bytes(random, 300);
  for (std::size_t cut = 0; cut <= bytes.size(); cut += 2) {
    const auto front = ones_complement_sum(BytesView(bytes).first(cut));
    REQUIRE(ones_complement_sum(BytesView(bytes).subspan(cut), front) == ones_complement_sum(bytes));
  }
}

TEST_CASE("finish checksum: what libtins completes, we complete alike") {
  std::mt19937 random(3);
  for (std::size_t length = 0; length < 120; ++length)
    for (const auto& made : all_shapes(random_text(random, length * 13))) {
      INFO(made.what);
      Bytes bytes = made.unfinished();
      Frame frame = unfinished_frame(bytes, made);
      REQUIRE(finish_checksum(frame));
      CHECK_FALSE(frame.offload.needs_checksum);
      // Zero is written as its twin 0xFFFF: RFC 768 for UDP, as good as zero for TCP.
      REQUIRE(bytes == made.with_checksum(made.checksum() == 0 ? 0xFFFF : made.checksum()));
    }
}

TEST_CASE("finish checksum: a sum of zero is written as all ones") {
  // Payload is chosen so that everything sums to 0xFFFF, whose complement is zero.
  auto made = make_frame({.v6 = true, .tcp = false, .vlan = false}, std::string(2, '\0'));
  const auto payload_at = made.bytes.size() - 2;
  const std::uint16_t rest = made.checksum();
  store_be(MutableBytes(made.bytes), payload_at, rest);
  Bytes bytes = made.unfinished();
  Frame frame = unfinished_frame(bytes, made);
  REQUIRE(finish_checksum(frame));
  CHECK(load_be<std::uint16_t>(bytes, made.checksum_at()) == std::uint16_t{0xFFFF});
}

TEST_CASE("finish checksum: a field outside the frame is refused and nothing is written") {
  const auto made = make_frame({.v6 = false, .tcp = true, .vlan = false}, "payload");
  const auto size = static_cast<std::uint16_t>(made.bytes.size());
  struct Case {
    std::uint16_t start, offset;
  };
  const std::vector<Case> cases{{size, 0},
                                {static_cast<std::uint16_t>(size - 1), 0},
                                {34, static_cast<std::uint16_t>(size - 34 - 1)},
                                {0xFFFF, 0xFFFF},
                                {0, 0xFFFF}};
  for (const auto& c : cases) {
    INFO("start " << c.start << ", offset " << c.offset);
    Bytes bytes = made.bytes;
    Frame frame{bytes, {.needs_checksum = true, .checksum_start = c.start, .checksum_offset = c.offset}};
    CHECK_FALSE(finish_checksum(frame));
    CHECK(bytes == made.bytes);
    CHECK(frame.offload.needs_checksum);
  }
}

TEST_CASE("finish checksum: the last two bytes of the frame may be the field") {
  Bytes bytes(40, 0x11);
  Frame frame{bytes, {.needs_checksum = true, .checksum_start = 20, .checksum_offset = 18}};
  CHECK(finish_checksum(frame));
  CHECK(naive_sum(BytesView(bytes).subspan(20)) != 0);
}
