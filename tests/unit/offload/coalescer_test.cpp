#include "offload/coalescer.hpp"

#include "frames.hpp"
#include "offload/segmenter.hpp"
#include "support/catch.hpp"
#include "trains.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Gso = FrameOffload::Gso;

namespace {

void check_segmenter_agrees(const Delivery& frame) {
  const std::size_t header_size = frame.offload.header_size;
  const Bytes whole = joined(frame);
  const BytesView payload = BytesView(whole).subspan(header_size);
  const auto segmenter = Segmenter::of(BytesView(whole).first(header_size), frame.offload, payload.size());
  REQUIRE(segmenter);
  const auto expected = naive_cut(frame);
  REQUIRE(segmenter->count() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto slice = payload.subspan(segmenter->payload_offset(i), segmenter->payload_length(i));
    Bytes headers(header_size);
    segmenter->write_headers(i, slice, headers);
    REQUIRE(headers + Bytes(slice.begin(), slice.end()) == expected[i]);
  }
}

}  // namespace

TEST_CASE("coalescer: a clean train becomes one superframe that says what it is") {
  for (const auto& first : all_train_packets()) {
    INFO(name_of(first));
    Batch batch;
    batch.add(train_of(first, 30), 5);
    check_joined(batch);
    const auto& run = batch.finish()[0];
    CHECK(run.group == 5);
    CHECK(run.bytes == 30 * (first.header_size() + 100));
    const FrameOffload& offload = run.frame.offload;
    CHECK(offload.needs_checksum);
    CHECK(offload.checksum_start == first.l4_offset());
    CHECK(offload.checksum_offset == (first.tcp ? 16 : 6));
    CHECK(offload.gso == (!first.tcp ? Gso::kUdp : first.v6 ? Gso::kTcpV6 : Gso::kTcpV4));
    CHECK(offload.segment_size == 100);
    CHECK(offload.header_size == first.header_size());
    CHECK_FALSE(offload.tcp_ecn);
    CHECK(packets_of(joined(run.frame).size(), offload) == run.packets);
    CHECK(bytes_of(joined(run.frame).size(), offload) == run.bytes);
    check_segmenter_agrees(run.frame);
  }
}

TEST_CASE("coalescer: a superframe's own headers are those of one large packet with a checksum to finish") {
  for (const auto& first : all_train_packets()) {
    INFO(name_of(first));
    Batch batch;
    auto train = train_of(first, 3);
    TrainPacket large = first;
    large.payload = train[0].payload + train[1].payload + train[2].payload;
    if (first.tcp) train.back().flags = large.flags = 0x18;
    batch.add(train);
    Bytes expected = large.bytes();
    const auto pseudo = naive_pseudo_sum(expected, naive_ip_offset(expected),
                                         expected.size() - first.l4_offset(), first.tcp ? 6 : 17);
    store_be(MutableBytes(expected), first.checksum_at(), pseudo);
    REQUIRE(batch.finish().size() == 1);
    CHECK(joined(batch.finish()[0].frame) == expected);
  }
}

TEST_CASE("coalescer: pieces are the packets' own bytes, not copies") {
  auto first = TrainPacket{}.bytes(), second = TrainPacket{}.next().bytes();
  Coalescer coalescer(2);
  coalescer.add(0, first, {});
  coalescer.add(0, second, {});
  const auto pieces = coalescer.finish()[0].frame.pieces;
  REQUIRE(pieces.size() == 2);
  CHECK(pieces[0].data() == first.data());
  CHECK(pieces[0].size() == first.size());
  CHECK(pieces[1].data() == second.data() + 54);
  CHECK(pieces[1].size() == 100);
}

TEST_CASE("coalescer: packets of different groups stay apart and do not disturb one another") {
  Batch batch;
  const auto train = train_of({}, 6);
  for (const auto& packet : train)
    for (const std::uint32_t group : {3U, 4U}) batch.add(packet.bytes(), group);
  const auto runs = batch.finish();
  REQUIRE(runs.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(runs[i].group == 3 + i);
    CHECK(runs[i].packets == 6);
    CHECK(naive_cut(runs[i].frame)[5] == train[5].bytes());
  }
}

TEST_CASE("coalescer: a run of one keeps the offload it came with") {
  const FrameOffload partial{.needs_checksum = true, .checksum_start = 34, .checksum_offset = 16};
  Batch batch;
  batch.add(TrainPacket{}.bytes(), 0, partial);
  const auto& frame = batch.finish()[0].frame;
  CHECK(frame.offload.needs_checksum);
  CHECK(frame.offload.checksum_start == 34);
  CHECK(frame.offload.checksum_offset == 16);
  CHECK(joined(frame) == batch.added[0]);
}

TEST_CASE("coalescer: a superframe that arrives is delivered as it is, between its flow's runs") {
  const FrameOffload offload{.needs_checksum = true,
                             .checksum_start = 34,
                             .checksum_offset = 16,
                             .gso = Gso::kTcpV4,
                             .segment_size = 100,
                             .header_size = 54};
  auto large = train_of({}, 3)[2];
  large.payload = std::string(450, 'z');
  Batch batch;
  batch.add(train_of({}, 2));
  batch.add(large.bytes(), 0, offload);
  batch.add(train_of(large.next(), 1));
  const auto runs = batch.finish();
  REQUIRE(runs.size() == 3);
  CHECK(runs[0].packets == 2);
  CHECK(runs[1].packets == 5);
  CHECK(runs[1].bytes == 450 + 5 * 54);
  CHECK(runs[1].frame.pieces.size() == 1);
  CHECK(runs[1].frame.offload.segment_size == 100);
  CHECK(joined(runs[1].frame) == batch.added[2]);
  CHECK(runs[2].packets == 1);
}

TEST_CASE("coalescer: eight flows in turn are all joined, in order of their first packets") {
  std::vector<std::vector<TrainPacket>> trains;
  for (std::uint16_t i = 0; i < 8; ++i) {
    TrainPacket first = all_train_packets()[i];
    first.source_port = static_cast<std::uint16_t>(first.source_port + i);
    trains.push_back(train_of(first, 10));
  }
  Batch batch;
  for (std::size_t n = 0; n < 10; ++n)
    for (const auto& train : trains) batch.add(train[n].bytes());
  const auto runs = batch.finish();
  REQUIRE(runs.size() == 8);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(runs[i].packets == 10);
    std::vector<Bytes> expected;
    for (const auto& packet : trains[i]) expected.push_back(packet.bytes());
    CHECK(naive_cut(runs[i].frame) == expected);
  }
}

TEST_CASE("coalescer: a ninth flow closes the one that rested longest") {
  const auto flow = [](unsigned i) {
    TrainPacket packet;
    packet.source_port = static_cast<std::uint16_t>(5000 + i);
    return train_of(packet, 3);
  };
  Batch batch;
  for (unsigned i = 0; i < 8; ++i) batch.add(flow(i)[0].bytes());
  batch.add(flow(0)[1].bytes());  // flow 1 has rested longest now
  batch.add(flow(8)[0].bytes());
  batch.add(flow(0)[2].bytes());
  batch.add(flow(1)[1].bytes());
  const auto runs = batch.finish();
  REQUIRE(runs.size() == 10);
  CHECK(runs[0].packets == 3);
  CHECK(runs[1].packets == 1);
  CHECK(runs[9].packets == 1);
}

TEST_CASE("coalescer: what cannot be read as plain TCP or UDP closes all runs of its group, and no others") {
  const TrainPacket plain;
  const Bytes made = plain.bytes();
  Bytes options = with_bytes(made, 14, {0x46});
  const std::vector<std::pair<std::string, Bytes>> barriers{
      {"ARP", with_bytes(made, 12, {0x08, 0x06})},
      {"ICMP", with_ip_checksum(with_bytes(made, 23, {1}))},
      {"first fragment", with_ip_checksum(with_bytes(made, 20, {0x20, 0}))},
      {"later fragment", with_ip_checksum(with_bytes(made, 20, {0, 9}))},
      {"IPv4 options", options},
      {"IPv6 extension", with_bytes(TrainPacket{.v6 = true}.bytes(), 20, {60})},
      {"data offset too small", with_bytes(made, 46, {0x40})},
      {"data offset too large", with_bytes(TrainPacket{.payload = "x"}.bytes(), 46, {0xF0})},
      {"runt", Bytes(made.begin(), made.begin() + 10)},
      {"empty", Bytes{}}};
  TrainPacket other;
  other.source_port = 999;
  for (const auto& [what, barrier] : barriers) {
    INFO(what);
    const auto a = train_of(plain, 2), b = train_of(other, 2);
    Batch batch;
    for (const std::uint32_t group : {1U, 2U})
      for (const auto* train : {&a, &b}) batch.add(train->front().bytes(), group);
    batch.add(barrier, 1);
    for (const std::uint32_t group : {1U, 2U})
      for (const auto* train : {&a, &b}) batch.add(train->back().bytes(), group);
    std::vector<std::uint32_t> groups, packets;
    for (const auto& run : batch.finish()) {
      groups.push_back(run.group);
      packets.push_back(run.packets);
    }
    CHECK(groups == std::vector<std::uint32_t>{1, 1, 2, 2, 1, 1, 1});
    CHECK(packets == std::vector<std::uint32_t>{1, 1, 2, 2, 1, 1, 1});
    CHECK(joined(batch.finish()[4].frame) == barrier);
  }
}

TEST_CASE("coalescer: a packet that cannot join closes its own flow's run and leaves others open") {
  TrainPacket other;
  other.source_port = 999;
  const auto a = train_of({}, 3), b = train_of(other, 3);
  auto pure_ack = a[1];
  pure_ack.payload.clear();
  auto padded = a[1].bytes();
  padded.push_back(0);
  for (const Bytes& closing : {pure_ack.bytes(), padded}) {
    Batch batch;
    batch.add(a[0].bytes());
    batch.add(b[0].bytes());
    batch.add(closing);
    batch.add(b[1].bytes());
    batch.add(a[1].bytes());
    batch.add(a[2].bytes());
    std::vector<std::uint32_t> packets;
    for (const auto& run : batch.finish()) packets.push_back(run.packets);
    CHECK(packets == std::vector<std::uint32_t>{1, 2, 1, 2});
    CHECK(joined(batch.finish()[2].frame) == closing);
  }
}

TEST_CASE("coalescer: what is added alone stays alone and is not overtaken") {
  Bytes first = TrainPacket{}.bytes(), second = TrainPacket{}.next().bytes();
  Bytes third = TrainPacket{}.next().next().bytes();
  Coalescer coalescer(3);
  coalescer.add(0, first, {});
  coalescer.add_alone(0, second, {});
  coalescer.add(0, third, {});
  const auto runs = coalescer.finish();
  REQUIRE(runs.size() == 3);
  CHECK(joined(runs[1].frame) == TrainPacket{}.next().bytes());
}

TEST_CASE("coalescer: full at its capacity, empty after clear, as good as new") {
  Batch batch(4);
  CHECK_FALSE(batch.coalescer.full());
  CHECK(batch.finish().empty());
  for (int round = 0; round < 3; ++round) {
    batch.added.clear();
    for (const auto& packet : train_of({}, 4)) {
      REQUIRE_FALSE(batch.coalescer.full());
      batch.add(packet.bytes());
    }
    CHECK(batch.coalescer.full());
    check_joined(batch);
    check_joined(batch);  // finish() may be asked twice
    batch.coalescer.clear();
    CHECK_FALSE(batch.coalescer.full());
    CHECK(batch.finish().empty());
  }
}

TEST_CASE("coalescer: cut short at any length a packet is delivered as it is") {
  for (const auto& first : all_train_packets()) {
    const auto train = train_of(first, 2);
    const Bytes whole = train[1].bytes();
    for (std::size_t length = 0; length < whole.size(); ++length) {
      INFO(name_of(first) << " cut to " << length);
      const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      for (const Bytes& before : {train[0].bytes(), cut}) {
        Batch batch;
        batch.add(before);
        batch.add(cut);
        check_untouched(batch);
      }
    }
  }
}
