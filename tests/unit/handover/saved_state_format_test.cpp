#include "handover/saved_state_format.hpp"

#include <boost/crc.hpp>
#include <random>

#include "some_state.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using namespace vxtap::handover;
using Catch::Matchers::Contains;

namespace {

/// With the checksum that its bytes really have.
std::vector<std::uint8_t> with_true_sum(std::vector<std::uint8_t> bytes) {
  boost::crc_32_type sum;
  sum.process_bytes(bytes.data() + 16, bytes.size() - 16);
  store_be(MutableBytes(bytes), 12, static_cast<std::uint32_t>(sum.checksum()));
  return bytes;
}

}  // namespace

TEST_CASE("saved state: comes back as it went, every member of it") {
  const auto decoded = decode(encode(test::some_state()));
  REQUIRE(decoded.state);
  const SavedState& state = *decoded.state;
  CHECK(state.sequence == 7);
  REQUIRE(state.endpoints.size() == 2);
  CHECK(state.endpoints[0].id == 3);
  CHECK(state.endpoints[0].vtep == io::LocalVtep{*VtepAddress::parse("2001:db8::1"), 4790, "eth0", 5});
  CHECK(state.endpoints[1].vtep.address.is_v4());
  REQUIRE(state.taps.size() == 1);
  CHECK(state.taps[0].name == "vx42");
  CHECK(state.taps[0].traces == test::some_state().taps[0].traces);
  REQUIRE(state.segments.size() == 1);
  const SavedSegment& segment = state.segments[0];
  CHECK(segment.key == SegmentKey{3, *Vni::from(42)});
  CHECK(segment.mode == PeerMode::kStaticFlood);
  CHECK(segment.remotes == std::vector{test::some_remote(2)});
  CHECK(segment.flood_list == std::vector{test::some_remote(2), test::some_remote(3)});
  CHECK(segment.control_entries.at(0).remote == test::some_remote(9));
  CHECK(segment.memberships.at(0).group == MulticastGroup(MacAddress::from_u64(0x01005E010101)));
  CHECK(segment.memberships.at(1).group == MulticastGroup(VtepAddress::from_v4({239, 1, 1, 1})));
  CHECK(segment.totals.fdb_full == 9);
  CHECK(segment.totals.drops.back() == 10);
  CHECK(segment.refused == 14);
  REQUIRE(state.fdb.size() == 2);
  CHECK(state.fdb[0].key.mac.to_string() == "02:00:00:00:00:09");
  CHECK(state.fdb[0].remote == Remote{*VtepAddress::parse("2001:db8::1"), 8472});
  CHECK(state.fdb[0].heard == 123456);
  CHECK(state.fdb[0].sticky);
  CHECK(state.fdb[1].origin == FdbOrigin::kConfig);
  CHECK(state.fdb[1].state == FdbState::kPermanent);
  CHECK(state.totals.drops.front() == 15);
  CHECK(state.totals.worker_loans == 19);
  // What reading lost would be missing here, whichever member it was.
  CHECK(encode(state) == encode(test::some_state()));
}

TEST_CASE("saved state: the empty one is a state too") {
  const auto decoded = decode(encode({}));
  REQUIRE(decoded.state);
  CHECK(decoded.state->segments.empty());
}

TEST_CASE("saved state: another version is refused by its number") {
  auto bytes = encode(test::some_state());
  store_be(MutableBytes(bytes), 8, kFormatVersion + 1);
  CHECK_THAT(decode(bytes).refused, Contains("version " + std::to_string(kFormatVersion + 1)));
}

TEST_CASE("saved state: cut anywhere it is refused") {
  const auto bytes = encode(test::some_state());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto decoded = decode(BytesView(bytes).first(size));
    REQUIRE_FALSE(decoded.state);
    REQUIRE_FALSE(decoded.refused.empty());
  }
}

TEST_CASE("saved state: any changed bit is refused") {
  auto bytes = encode(test::some_state());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    REQUIRE_FALSE(decode(bytes).state);
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
  }
  CHECK(decode(bytes).state);
}

TEST_CASE("saved state: what a liar wrote with a good checksum is refused or makes sense") {
  const auto good = encode(test::some_state());
  std::mt19937 random(1);
  unsigned refused = 0;
  for (int i = 0; i < 20000; ++i) {
    auto bytes = good;
    for (int changes = 0; changes < 3; ++changes)
      bytes[20 + random() % (bytes.size() - 20)] = static_cast<std::uint8_t>(random());
    const auto decoded = decode(with_true_sum(std::move(bytes)));
    if (!decoded.state) ++refused;
    // Whatever was read can be written, and is then the same.
    if (decoded.state) REQUIRE(decode(encode(*decoded.state)).state);
  }
  CHECK(refused > 1000);
}
