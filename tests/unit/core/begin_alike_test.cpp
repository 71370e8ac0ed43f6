// The short walk for a datagram behind another one: it must say what the whole walk says.
#include <random>

#include "packets.hpp"
#include "support/ip_frames.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/vxlan_header.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

constexpr std::size_t kHeaders = kVxlanHeaderSize + kEthernetHeaderSize;
constexpr Tick kNow = 4711;
constexpr std::uint16_t kVid = 7;  // of a segment, where the TAP is a trunk

const Flow kFlowV6{"fd00::1", "fd00::2"};

using Random = std::mt19937;

template <typename T>
const T& pick(const std::vector<T>& values, Random& random) {
  return values[random() % values.size()];
}

/// What a datagram is made of, open to change one by one.
struct Parts {
  std::uint64_t header_bits = 0x0800'0000'0000'6400;  // I, VNI 100
  MacAddress destination = kBob, source = kAlice;
  std::size_t shape = 0;
  std::uint8_t inner_ecn = 0;
  std::string text = "payload";
  std::size_t keep_bytes = SIZE_MAX;

  Bytes bytes() const {
    Bytes inner = frame();
    for (std::size_t i = 0; i < 6; ++i) {
      inner[i] = destination.octets()[i];
      inner[6 + i] = source.octets()[i];
    }
    Bytes all(kVxlanHeaderSize);
    store_be(MutableBytes(all), 0, header_bits);
    all = all + inner;
    if (keep_bytes < all.size()) all.resize(keep_bytes);
    return all;
  }

 private:
  Bytes frame() const {
    switch (shape) {
      case 0:
        return udp_v4(inner_ecn, {}, text);
      case 1:
        return udp_v6(inner_ecn, kFlowV6, text);
      case 2:
      case 3: {  // alike as far as the headers are compared, and then not
        const auto untagged = shape == 2 ? udp_v4(inner_ecn, {}, text) : udp_v6(inner_ecn, kFlowV6, text);
        const Bytes tag{0x81, 0x00, 0x00, static_cast<std::uint8_t>(shape == 2 ? kVid : 0)};
        return Bytes(untagged.begin(), untagged.begin() + 12) + tag +
               Bytes(untagged.begin() + 12, untagged.end());
      }
      case 4:
        return Tins::ARP::make_arp_request("10.0.0.2", "10.0.0.1", "02:00:00:00:00:0a").serialize();
      default: {  // says IPv4 and is none
        Bytes broken = udp_v4(inner_ecn, {}, text);
        broken[14] = 0x42;
        return broken;
      }
    }
  }
};

/// Mostly the same again, as datagrams of a train are.
void change(Parts& parts, Random& random) {
  parts.inner_ecn = static_cast<std::uint8_t>(random() % 4);
  parts.text = std::string(random() % 40, 'x');
  parts.keep_bytes = random() % 8 == 0 ? random() % 70 : SIZE_MAX;
  static const std::vector<MacAddress> kSources{kAlice, kBob, MacAddress{}, mac("01:00:5e:00:00:01"),
                                                MacAddress::from_u64(0x02'00'00'00'FF'FF)};
  switch (random() % 16) {
    case 0:
      parts.header_bits = 0x0800'0000'0000'0000 | (std::uint64_t{100} + random() % 3) << 8;
      break;
    case 1:
      parts.header_bits ^= std::uint64_t{1} << random() % 64;
      break;
    case 2:
      parts.source = pick(kSources, random);
      break;
    case 3:
      parts.destination = pick(kSources, random);
      break;
    case 4:
    case 5:
      parts.shape = random() % 6;
      break;
    default:
      break;
  }
}

/// VNIs 100 and 101, at times on a trunk, with a table of MACs known here, elsewhere, pinned or not at all.
struct Stage : Situation {
  SegmentTable segments;
  std::uint8_t tos;

  explicit Stage(Random& random) : tos(static_cast<std::uint8_t>(random() % 4)) {
    segment.learning = random() % 4 != 0;
    Segment other = segment;
    other.key.vni = vni(101);
    other.tap = 4;
    other.state = std::make_shared<SegmentState>(1);
    tap->up = random() % 8 != 0;
    if (random() % 2 == 0) {
      const auto state = random() % 2 == 0 ? FdbState::kReachable : FdbState::kStatic;
      enter(kAlice, random() % 4 == 0 ? remote("192.0.2.99") : Remote{kPeer, 8472}, state);
    }
    Segment tagged = segment;
    tagged.key.vni = vni(200);
    tagged.vid = kVid;
    tagged.state = std::make_shared<SegmentState>(1);
    segments =
        SegmentTable(random() % 2 == 0 ? std::vector{segment, other, tagged} : std::vector{segment, other});
  }

  Datagram datagram(Bytes& payload) const {
    return {.source = kPeer, .source_port = 50000, .tos = tos, .payload = payload};
  }
  UnderlayVerdict whole_walk(Bytes& payload) const {
    return from_underlay(segments, fdb, endpoint, datagram(payload));
  }
};

struct Seen {
  std::size_t alike = 0, unalike = 0, congested = 0, ecn_refused = 0, refreshed = 0, learned = 0;
};

/// `verdict` is about `first` and was carried out. Both walks on `second`, each on bytes of its own.
void compare(Stage& stage, const UnderlayVerdict& verdict, const Bytes& second, Seen& seen) {
  Bytes by_short = second, by_whole = second;
  const UnderlayVerdict again = from_underlay_again(verdict, stage.datagram(by_short));
  const UnderlayVerdict whole = stage.whole_walk(by_whole);
  REQUIRE(again.drop == whole.drop);
  REQUIRE(again.segment == whole.segment);
  REQUIRE(by_short == by_whole);
  REQUIRE(again.inner.data() == by_short.data() + kVxlanHeaderSize);
  REQUIRE(again.inner.size() == whole.inner.size());
  REQUIRE(again.learning.step == Learning::Step::kNone);

  if (verdict.learning.step == Learning::Step::kRefresh) {
    REQUIRE(whole.learning.step == Learning::Step::kRefresh);
    REQUIRE(whole.learning.heard == verdict.learning.heard);
  }
  // The whole walk has nothing to teach that the first datagram has not taught already.
  const auto before = stage.rows();
  learn(whole, stage.fdb, kNow);
  REQUIRE(same_rows(stage.rows(), before));

  seen.congested += by_short != second ? 1 : 0;
  seen.ecn_refused += again.drop == DropReason::kEcnInvalid ? 1 : 0;
  seen.refreshed += verdict.learning.step == Learning::Step::kRefresh ? 1 : 0;
  seen.learned += verdict.learning.step == Learning::Step::kLearn ? 1 : 0;
}

}  // namespace

TEST_CASE("begin_alike: the short walk says of a train's next datagram what the whole walk says") {
  Seen seen;
  for (unsigned seed = 1; seed <= 4000; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    Stage stage(random);
    Parts parts;
    for (int i = 0; i < 3; ++i) change(parts, random);
    Bytes first = parts.bytes();
    for (int i = 0; i < 8; ++i) {
      const UnderlayVerdict verdict = stage.whole_walk(first);
      learn(verdict, stage.fdb, kNow);
      change(parts, random);
      const Bytes second = parts.bytes();
      // What the first walk wrote into `first` is no reason to take the two for different.
      const bool alike = begin_alike(first, second);
      const bool same = first.size() >= kHeaders && second.size() >= kHeaders &&
                        std::equal(first.begin(), first.begin() + kHeaders, second.begin()) &&
                        first[kHeaders - 2] != 0x81;  // a tag, whose VID stands behind
      REQUIRE(alike == same);
      ++(alike ? seen.alike : seen.unalike);
      if (alike && !verdict.drop) compare(stage, verdict, second, seen);
      first = second;
    }
  }
  // Every branch was taken often enough to mean something.
  CHECK(seen.alike > 5000);
  CHECK(seen.unalike > 1000);
  CHECK(seen.congested > 200);
  CHECK(seen.ecn_refused > 200);
  CHECK(seen.refreshed > 1000);
  CHECK(seen.learned > 100);
}

TEST_CASE("begin_alike: each bit of the VXLAN and the Ethernet header counts, and none behind them") {
  const Bytes one = Parts{}.bytes();
  CHECK(begin_alike(one, one));
  for (std::size_t bit = 0; bit < 8 * one.size(); ++bit) {
    Bytes other = one;
    other[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> bit % 8);
    INFO("bit " << bit);
    CHECK(begin_alike(one, other) == (bit >= 8 * kHeaders));
    CHECK(begin_alike(other, one) == (bit >= 8 * kHeaders));
  }
}

TEST_CASE("begin_alike: datagrams without both headers are not alike, the same or not") {
  const Bytes whole = Parts{}.bytes();
  for (std::size_t length = 0; length <= kHeaders; ++length) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    INFO(length << " bytes");
    CHECK(begin_alike(cut, cut) == (length == kHeaders));
    CHECK(begin_alike(whole, cut) == (length == kHeaders));
    CHECK(begin_alike(cut, whole) == (length == kHeaders));
  }
}
