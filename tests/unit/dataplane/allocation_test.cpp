// Packets cost no allocation: once warm, the pumps never call operator new.
#include <cerrno>
#include <functional>

#include "allocation_frames.hpp"
#include "allocation_rig.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

const VtepAddress kPeer = address("192.0.2.2");

/// A train of `count` TCP packets of one flow, as a kernel hands it over.
Bytes train(std::size_t count, const Shape& shape, std::size_t payload) {
  Bytes all;
  for (std::uint32_t i = 0; i < count; ++i) all = all + vxlan_datagram(vni(100), frame_of(shape, payload, i));
  return all;
}

void prepare_trains(Path& path, std::size_t trains, std::size_t count, const Shape& shape) {
  constexpr std::size_t kPayload = 100;
  const Bytes bytes = train(count, shape, kPayload);
  for (std::size_t i = 0; i < trains; ++i)
    path.underlay.datagrams.push_back(
        {bytes, kPeer, static_cast<std::uint16_t>(kVxlanHeaderSize + shape.headers() + kPayload)});
}

}  // namespace

TEST_CASE_METHOD(Path, "allocations: those within a pump are counted") {
  tap.frames.push_back({frame_of({}, 100), {}});
  underlay.datagrams.push_back({train(1, {}, 100), kPeer});
  tap.allocates = underlay.allocates = true;
  // One more call of each finds nothing left.
  CHECK(pumping_tap() == 2 * kRounds);
  CHECK(pumping_underlay() == 2 * kRounds);
  tap.allocates = underlay.allocates = false;
  CHECK(pumping_tap() == 0);
  CHECK(pumping_underlay() == 0);
  const CountingNew counting;
  ::operator delete(::operator new(64, std::align_val_t(64)), std::align_val_t(64));
  ::operator delete[](::operator new[](8));
  CHECK(counting.count() >= 2);
}

TEST_CASE_METHOD(Path, "allocations: none for superframes from a TAP") {
  for (const Shape& shape : kShapes)
    for (int i = 0; i < 20; ++i) tap.frames.push_back({frame_of(shape, 60000), superframe(shape)});
  CHECK(pumping_tap() == 0);
  CHECK(packets == kRounds * 4 * 20 * 43);
  CHECK(segment.state->totals().drops == SegmentTotals{}.drops);
}

TEST_CASE_METHOD(Path, "allocations: none for small frames from a TAP, their checksums finished or not") {
  for (int i = 0; i < 200; ++i)
    for (const Shape& shape : kShapes) {
      FrameOffload offload = superframe(shape);
      offload.gso = FrameOffload::Gso::kNone;
      tap.frames.push_back({frame_of(shape, 10), i % 2 == 0 ? offload : FrameOffload{}});
    }
  CHECK(pumping_tap() == 0);
  CHECK(packets == kRounds * 800);
  CHECK(segment.state->totals().drops == SegmentTotals{}.drops);
}

TEST_CASE_METHOD(Path, "allocations: none for floods to 64 remotes, whose copies do not fit into one batch") {
  segment.flood_list = many_remotes();
  for (int i = 0; i < 100; ++i) {
    tap.frames.push_back({frame_of({}, 10), {}});
    if (i % 4 == 0) tap.frames.push_back({frame_of({}, 60000), superframe({})});
  }
  CHECK(pumping_tap() == 0);
  CHECK(packets == kRounds * (100 + 25 * 43));
  CHECK(underlay.sent == (kWarmUps + kRounds) * 64 * (100 + 25 * 43));
}

TEST_CASE_METHOD(Path, "allocations: none for what a TAP sends in vain") {
  for (int i = 0; i < 100; ++i) {
    tap.frames.push_back({Bytes(5), {}});
    tap.frames.push_back({frame_of({}, 60000), superframe({})});
    tap.frames.push_back({frame_of({}, 0), superframe({false, true}, 1400)});
    tap.frames.push_back({Bytes(frame_of({}, 100)), {.needs_checksum = true, .checksum_start = 60000}});
  }
  SECTION("where sending fails") {
    underlay.answer = {.error = ENETUNREACH, .failed = 1, .train_refused = EIO};
    CHECK(pumping_tap() == 0);
    CHECK(dropped(DropReason::kUnderlaySendFailed) > 0);
    CHECK(dropped(DropReason::kTapRunt) > 0);
    CHECK(events.count > 0);
  }
  SECTION("where there is no underlay") {
    ports.set_underlay(0, nullptr);
    CHECK(pumping_tap() == 0);
    CHECK(dropped(DropReason::kUnderlaySendFailed) > 0);
  }
  SECTION("where unknown unicast is dropped") {
    segment.unknown_unicast = UnknownUnicast::kDrop;
    CHECK(pumping_tap() == 0);
    CHECK(dropped(DropReason::kUnknownUnicast) > 0);
  }
  SECTION("where there is nobody to flood to") {
    segment.flood_list.clear();
    CHECK(pumping_tap() == 0);
    CHECK(dropped(DropReason::kNoRemote) > 0);
  }
  SECTION("where there is no segment") {
    CHECK(pumping_tap(7) == 0);
    CHECK(dropped(DropReason::kVlanUnmapped) > 0);
  }
}

TEST_CASE_METHOD(Path, "allocations: none for trains from the underlay, joined for the TAP") {
  for (const Shape& shape : kShapes) prepare_trains(*this, 32, 40, shape);
  const auto all_rounds = (kWarmUps + kRounds) * 4 * 32 * 40;
  SECTION("as superframes") {
    CHECK(pumping_underlay() == 0);
    CHECK(tap.superframes > 0);
    CHECK(tap.written < all_rounds / 2);
  }
  SECTION("that takes none") {
    tap.offload = false;
    CHECK(pumping_underlay() == 0);
    CHECK(tap.superframes == 0);
    CHECK(tap.written == all_rounds);
  }
  SECTION("that refuses them one by one") {
    tap.refuses_superframes = true;
    CHECK(pumping_underlay() == 0);
    CHECK(from_underlay.counters().superframes_refused.read() > 0);
  }
  SECTION("that is full, down or gone") {
    tap.answer = GENERATE(TapWrite::kFull, TapWrite::kDown);
    if (tap.answer == TapWrite::kDown) ports.set_tap(0, nullptr);
    CHECK(pumping_underlay() == 0);
    CHECK(dropped(DropReason::kTapFull) + dropped(DropReason::kTapDown) == all_rounds);
  }
  CHECK(packets == kRounds * 4 * 32 * 40);
}

TEST_CASE_METHOD(Path, "allocations: none for checksums and superframes that a sender left unfinished") {
  for (const Shape& shape : kShapes)
    for (const std::size_t payload : {100U, 9000U})
      underlay.datagrams.push_back(
          {vxlan_datagram(vni(100), unfinished(frame_of(shape, payload), shape)), kPeer});
  tap.offload = GENERATE(true, false);
  CHECK(pumping_underlay() == 0);
  CHECK(segment.state->totals().partial_checksum_completed > 0);
}

TEST_CASE_METHOD(Path, "allocations: none for refreshing what is known, nor for what finds no room") {
  const std::uint32_t limit = GENERATE(256U, 100U);
  segment.state->fdb.limit = limit;
  for (std::uint64_t i = 0; i < 256; ++i)
    underlay.datagrams.push_back(
        {vxlan_datagram(vni(100), ethernet_frame(kBob, MacAddress::from_u64(0x020000001000 + i), "x")),
         kPeer});
  CHECK(pumping_underlay() == 0);
  CHECK(segment.state->fdb.learned == limit);
  CHECK(segment.state->totals().fdb_full == (kWarmUps + kRounds) * (256 - limit));
}

TEST_CASE_METHOD(Path, "allocations: none for any drop of what arrives") {
  const Bytes good = train(1, {}, 100);
  const auto arrive = [&](const std::function<void(Bytes&)>& spoil, const VtepAddress& from = kPeer,
                          std::uint8_t tos = 0) {
    Bytes bytes = good;
    spoil(bytes);
    for (int i = 0; i < 20; ++i) underlay.datagrams.push_back({bytes, from, 0, tos});
  };
  fdb.put({{segment.key, kBob}, remote("192.0.2.99"), FdbState::kStatic, FdbOrigin::kConfig, 0},
          segment.state->fdb);
  const auto source = [](const MacAddress& mac) {
    return
        [mac](Bytes& bytes) { std::copy_n(mac.octets().begin(), 6, bytes.begin() + kVxlanHeaderSize + 6); };
  };
  arrive([](Bytes&) {}, segment.local);
  arrive([](Bytes& bytes) { bytes.resize(7); });
  arrive([](Bytes& bytes) { bytes[0] = 0; });
  arrive([](Bytes& bytes) { bytes[5] = 1; });
  arrive([](Bytes& bytes) { bytes[7] = 1; });
  arrive([](Bytes& bytes) { bytes.resize(20); });
  arrive(source(MacAddress::from_u64(tap_state->mac)));
  arrive(source(MacAddress{}));
  arrive(source(kBob));
  arrive([](Bytes&) {}, kPeer, 3);
  CHECK(pumping_underlay() == 0);
  for (const auto reason :
       {DropReason::kOwnAddress, DropReason::kHeaderTruncated, DropReason::kVniFlagMissing,
        DropReason::kVniUnknown, DropReason::kReservedBits, DropReason::kInnerTruncated, DropReason::kOwnMac,
        DropReason::kInnerSourceInvalid, DropReason::kFdbPinned, DropReason::kEcnInvalid}) {
    INFO(to_string(reason));
    CHECK(dropped(reason) == (kWarmUps + kRounds) * 20);
  }
}
