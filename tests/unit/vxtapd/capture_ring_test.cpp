#include "vxtapd/capture_ring.hpp"

#include <array>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace vxtap::daemon;
using test::Bytes;

namespace {

bool push(CaptureRing& ring, const Bytes& bytes, std::uint32_t packets = 1, std::string_view name = "blue") {
  Sighting sighting{.packets = packets, .place = {}, .vni = {}, .drop = {}, .what = SightToTap{}};
  const BytesView piece = bytes;
  ring.push(sighting, name, {&piece, 1});
  return sighting.time != 0;
}

}  // namespace

TEST_CASE("capture ring: what is put in comes out, in order and with its time") {
  CaptureRing ring(1 << 16);
  CHECK_FALSE(ring.next());
  const auto before = wall_clock();
  for (std::uint8_t i = 1; i <= 3; ++i) push(ring, Bytes(i * std::size_t{10}, i));
  for (std::uint8_t i = 1; i <= 3; ++i) {
    const auto entry = ring.next();
    REQUIRE(entry);
    CHECK(Bytes(entry->bytes.begin(), entry->bytes.end()) == Bytes(i * std::size_t{10}, i));
    CHECK(entry->segment == "blue");
    CHECK(entry->sighting.time >= before);
    CHECK(entry->sighting.time <= wall_clock());
    CHECK(entry->sighting.lost_before == 0);
  }
  CHECK_FALSE(ring.next());
}

TEST_CASE("capture ring: pieces become one, an empty packet is one too") {
  CaptureRing ring(1 << 16);
  push(ring, {}, 1, "");
  CHECK(ring.next()->bytes.empty());
  Sighting sighting{.place = {}, .vni = {}, .drop = {}, .what = SightToTap{}};
  const Bytes one{1, 2}, two{3};
  const std::array<BytesView, 3> pieces{one, BytesView(), two};
  ring.push(sighting, "x", pieces);
  const auto entry = ring.next();
  CHECK(Bytes(entry->bytes.begin(), entry->bytes.end()) == Bytes{1, 2, 3});
}

TEST_CASE("capture ring: what finds no room stays out, and what is in stays whole") {
  CaptureRing ring(1 << 14);
  std::uint8_t kept = 0;
  while (push(ring, Bytes(1000, kept))) ++kept;
  CHECK(kept > 3);
  for (std::uint8_t i = 0; i < kept; ++i) {
    const auto entry = ring.next();
    REQUIRE(entry);
    CHECK(Bytes(entry->bytes.begin(), entry->bytes.end()) == Bytes(1000, i));
  }
  CHECK_FALSE(ring.next());
  CHECK(ring.take_lost() == 1);
}

TEST_CASE("capture ring: a loss is told with the next packet, or at the end") {
  CaptureRing ring(1 << 14);
  const Bytes packet(1000, 7);
  while (push(ring, packet)) continue;
  push(ring, packet, 40);
  REQUIRE(ring.next());
  REQUIRE(push(ring, packet));
  std::uint64_t lost = 0;
  while (const auto entry = ring.next()) lost += entry->sighting.lost_before;
  CHECK(lost == 41);
  CHECK(ring.take_lost() == 0);

  push(ring, Bytes(1 << 14, 1), 3);  // larger than the ring
  CHECK_FALSE(ring.next());
  CHECK(ring.take_lost() == 3);
  CHECK(ring.take_lost() == 0);
}

TEST_CASE("capture ring: several workers and a slow reader, and every packet is read or lost") {
  CaptureRing ring(1 << 15);
  constexpr std::uint64_t kEach = 20000;
  std::vector<std::thread> workers;
  for (std::uint8_t worker = 1; worker <= 3; ++worker)
    workers.emplace_back([&ring, worker] {
      for (std::uint64_t i = 0; i < kEach; ++i) push(ring, Bytes(worker * std::size_t{50}, worker));
    });
  std::uint64_t read = 0, lost = 0;
  std::int64_t last = 0;
  while (read + lost < 3 * kEach) {
    while (const auto entry = ring.next()) {
      ++read;
      lost += entry->sighting.lost_before;
      CHECK(entry->sighting.time >= last);
      last = entry->sighting.time;
      const auto worker = entry->bytes.front();
      REQUIRE(Bytes(entry->bytes.begin(), entry->bytes.end()) == Bytes(worker * std::size_t{50}, worker));
    }
    lost += ring.take_lost();
  }
  for (auto& worker : workers) worker.join();
  CHECK(read + lost == 3 * kEach);
}
