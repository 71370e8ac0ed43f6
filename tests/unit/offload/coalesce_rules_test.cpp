#include "offload/coalesce_rules.hpp"

#include <functional>

#include "support/catch.hpp"
#include "trains.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

Bytes with_bit_flipped(Bytes packet, std::size_t at) {
  packet[at] ^= 0x10;
  return packet;
}

}  // namespace

TEST_CASE("coalescer: one field that differs keeps two packets apart") {
  struct Difference {
    std::string what;
    std::function<void(TrainPacket&)> make;
    std::function<bool(const TrainPacket&)> applies = [](const TrainPacket&) { return true; };
    bool to_the_first_too = true;
  };
  const auto tcp = [](const TrainPacket& p) { return p.tcp; };
  const auto v4 = [](const TrainPacket& p) { return !p.v6; };
  const auto v6 = [](const TrainPacket& p) { return p.v6; };
  const auto tagged = [](const TrainPacket& p) { return p.vlan.has_value(); };
  std::vector<Difference> differences{
      {"source MAC", [](auto& p) { p.source_mac = "02:00:00:00:00:0c"; }},
      {"destination MAC", [](auto& p) { p.destination_mac = "02:00:00:00:00:0c"; }},
      {"VLAN", [](auto& p) { p.vlan = 43; }},
      {"no VLAN", [](auto& p) { p.vlan.reset(); }, tagged},
      {"VLAN priority", [](auto& p) { p.vlan_priority = 3; }, tagged},
      {"source address", [](auto& p) { p.source_host = 7; }},
      {"destination address", [](auto& p) { p.destination_host = 7; }},
      {"source port", [](auto& p) { p.source_port ^= 1; }},
      {"destination port", [](auto& p) { p.destination_port ^= 0x100; }},
      {"protocol", [](auto& p) { p.tcp = !p.tcp, p.timestamp.reset(); }},
      {"IP version", [](auto& p) { p.v6 = !p.v6; }},
      {"DSCP", [](auto& p) { p.traffic_class = 0x20; }},
      {"ECN", [](auto& p) { p.traffic_class = 3; }},
      {"TTL", [](auto& p) { p.hop_limit = 63; }},
      {"flow label", [](auto& p) { p.flow_label = 1; }, v6},
      {"DF", [](auto& p) { p.dont_fragment = false; }, v4},
      {"identification ahead", [](auto& p) { p.identification += 1; }, v4, false},
      {"identification far", [](auto& p) { p.identification += 0x8000; }, v4},
      {"acknowledgement", [](auto& p) { p.acknowledgement += 1; }, tcp},
      {"window", [](auto& p) { p.window += 1; }, tcp},
      {"urgent pointer", [](auto& p) { p.urgent_pointer = 1; }, tcp},
      {"option value", [](auto& p) { p.timestamp = 99; }, tcp},
      {"no option", [](auto& p) { p.timestamp.reset(); }, [](auto& p) { return p.timestamp.has_value(); }},
      {"sequence ahead", [](auto& p) { p.sequence += 1; }, tcp},
      {"sequence behind", [](auto& p) { p.sequence -= 1; }, tcp},
      {"sequence far", [](auto& p) { p.sequence += 0x80000000; }, tcp},
      {"longer", [](auto& p) { p.payload += 'y'; }, [](auto&) { return true; }, false},
      {"empty", [](auto& p) { p.payload.clear(); }},
      {"PSH on the first", [](auto& p) { p.flags |= 0x08; }, tcp}};
  for (unsigned bit = 0; bit < 12; ++bit)
    if (bit != 3)
      differences.push_back({"flag bit " + std::to_string(bit),
                             [bit](auto& p) { p.flags = static_cast<std::uint16_t>(p.flags ^ 1U << bit); },
                             tcp});
  for (const auto& first : all_train_packets())
    for (const auto& difference : differences)
      for (const std::size_t which : {0U, 1U}) {
        if (!difference.applies(first) || (which == 0 && !difference.to_the_first_too)) continue;
        if (which == 1 && difference.what == "PSH on the first") continue;
        INFO(name_of(first) << ": " << difference.what << " in packet " << which);
        auto train = train_of(first, 2);
        const auto before = train[which].bytes();
        difference.make(train[which]);
        REQUIRE(train[which].bytes() != before);
        Batch batch;
        batch.add(train);
        check_untouched(batch);
      }
}

TEST_CASE("coalescer: flags other than ACK and PSH never join, even where all packets have them") {
  for (std::uint16_t flags = 0; flags < 0x1000; ++flags) {
    if ((flags & 0xFF7) == 0x010) continue;
    Batch batch;
    batch.add(train_of({.flags = flags}, 2));
    if (batch.finish().size() != 2) FAIL("joined with flags " << flags);
  }
}

TEST_CASE("coalescer: nothing follows a shorter packet, a shorter packet is the last of its run") {
  for (const auto& first : all_train_packets()) {
    INFO(name_of(first));
    auto train = train_of(first, 3);
    train[2].payload.resize(60);
    auto second = train_of(train[2].next(), 2);
    for (const auto& packet : second) train.push_back(packet);
    Batch batch;
    batch.add(train);
    const auto runs = batch.finish();
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].packets == 3);
    CHECK(runs[1].packets == 2);
    CHECK(naive_cut(runs[0].frame)[2] == batch.added[2]);
    CHECK(naive_cut(runs[1].frame)[1] == batch.added[4]);
  }
}

TEST_CASE("coalescer: PSH ends a run and stays on its last packet") {
  auto train = train_of({}, 5);
  train[2].flags = 0x18;
  Batch batch;
  batch.add(train);
  const auto runs = batch.finish();
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].packets == 3);
  const auto cut = naive_cut(runs[0].frame);
  CHECK(cut == std::vector<Bytes>(batch.added.begin(), batch.added.begin() + 3));
}

TEST_CASE("coalescer: IPv4 identification counts up, or stays where DF is set") {
  struct Case {
    bool dont_fragment;
    std::vector<int> steps;
    std::vector<std::uint32_t> runs;
  };
  const std::vector<Case> cases{{true, {1, 1, 1}, {4}},    {false, {1, 1, 1}, {4}},
                                {true, {0, 0, 0}, {4}},    {false, {0, 0, 0}, {1, 1, 1, 1}},
                                {true, {0, 1, 1}, {2, 2}}, {true, {1, 0, 0}, {2, 2}},
                                {true, {1, 1, 0}, {3, 1}}, {true, {0, 0, 1}, {3, 1}},
                                {true, {1, 2, 1}, {2, 2}}, {true, {-1, 1, 1}, {1, 3}}};
  for (const auto& c : cases)
    for (const std::uint16_t start : {std::uint16_t{7}, std::uint16_t{0xFFFE}})  // the second runs over
      for (const bool tcp : {false, true}) {
        auto train = train_of({.tcp = tcp, .dont_fragment = c.dont_fragment}, 4);
        train[0].identification = start;
        for (std::size_t i = 1; i < 4; ++i)
          train[i].identification = static_cast<std::uint16_t>(train[i - 1].identification + c.steps[i - 1]);
        Batch batch;
        batch.add(train);
        std::vector<std::uint32_t> packets;
        for (const auto& run : batch.finish()) packets.push_back(run.packets);
        INFO("case " << (&c - cases.data()) << " from " << start);
        CHECK(packets == c.runs);
      }
}

TEST_CASE("coalescer: TCP sequence numbers run over") {
  Batch batch;
  batch.add(train_of({.sequence = 0xFFFFFF00}, 10));
  check_joined(batch);
}

TEST_CASE("coalescer: a wrong checksum is delivered alone and untouched") {
  for (const auto& first : all_train_packets())
    for (const std::size_t wrong : {0U, 1U, 2U}) {
      const auto train = train_of(first, 4);
      std::vector<std::size_t> places{first.checksum_at(), first.header_size(), first.header_size() + 99};
      if (!first.v6) places.push_back(first.l4_offset() - 20 + 10);  // IPv4 header checksum
      for (const std::size_t at : places) {
        INFO(name_of(first) << ", packet " << wrong << ", byte " << at);
        Batch batch;
        for (std::size_t i = 0; i < 4; ++i) {
          const Bytes packet = train[i].bytes();
          batch.add(i == wrong ? with_bit_flipped(packet, at) : packet);
        }
        const auto runs = batch.finish();
        REQUIRE(runs.size() == (wrong == 0 ? 2 : 3));
        const auto& alone = runs[wrong == 0 ? 0 : 1];
        CHECK(alone.packets == 1);
        CHECK_FALSE(alone.frame.offload.needs_checksum);
        CHECK(joined(alone.frame) == batch.added[wrong]);
        std::vector<Bytes> all;
        for (const auto& run : runs)
          for (const auto& packet : naive_cut(run.frame)) all.push_back(packet);
        CHECK(all == batch.added);
      }
    }
}

TEST_CASE("coalescer: UDP without a checksum is never joined, be it what the sum would be") {
  for (const bool v6 : {false, true})
    for (const bool fits : {false, true}) {
      const TrainPacket packet{.v6 = v6, .tcp = false, .payload = std::string(100, '\0')};
      const Bytes made = packet.bytes();
      const BytesView sum = BytesView(made).subspan(packet.checksum_at(), 2);
      const Bytes no_checksum = with_bytes(made, packet.checksum_at(), {0, 0});
      Batch batch;
      for (int i = 0; i < 3; ++i)
        batch.add(fits ? with_bytes(no_checksum, packet.header_size(), {sum[0], sum[1]}) : no_checksum);
      check_untouched(batch);
    }
}

TEST_CASE("coalescer: a recognised partial checksum counts as verified, with complete ones or alone") {
  for (const auto& first : all_train_packets())
    for (unsigned partial = 1; partial < 8; ++partial) {
      INFO(name_of(first) << ", partial " << partial);
      Batch batch;
      const auto train = train_of(first, 3);
      for (unsigned i = 0; i < 3; ++i) {
        Bytes packet = train[i].bytes();
        FrameOffload offload;
        if ((partial >> i & 1) != 0) {
          packet = with_bytes(packet, first.checksum_at(), {0x12, 0x34});  // not looked at again
          offload = {.needs_checksum = true,
                     .checksum_start = static_cast<std::uint16_t>(first.l4_offset()),
                     .checksum_offset = static_cast<std::uint16_t>(first.tcp ? 16 : 6)};
        }
        batch.add(packet, 0, offload);
      }
      const auto runs = batch.finish();
      REQUIRE(runs.size() == 1);
      CHECK(naive_cut(runs[0].frame) ==
            std::vector<Bytes>{train[0].bytes(), train[1].bytes(), train[2].bytes()});
    }
}

TEST_CASE("coalescer: as many packets as a superframe holds, then another") {
  struct Case {
    TrainPacket first;
    std::size_t payload;
    std::uint32_t most;
  };
  std::vector<Case> cases;
  for (const auto& first : all_train_packets()) {
    const std::size_t headers = first.header_size() - first.l4_offset() + (first.v6 ? 0 : 20);
    for (const std::size_t payload : {1398U, 4000U})
      cases.push_back({first, payload, static_cast<std::uint32_t>((65535 - headers) / payload)});
    cases.push_back({first, 18, first.tcp ? 1000U : 64U});
    // The last byte of 16 bits, and one more than fits.
    cases.push_back({first, (65535 - headers) / 5, 5});
    cases.push_back({first, (65535 - headers) / 5 + 1, 4});
    cases.push_back({first, (65536 - headers) / 4, 3});  // four would make one byte too many
  }
  for (auto& c : cases) {
    INFO(name_of(c.first) << ", " << c.payload << " bytes");
    c.first.payload = std::string(c.payload, 'x');
    Batch batch(2048);
    batch.add(train_of(c.first, c.most + 2));
    const auto runs = batch.finish();
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].packets == c.most);
    CHECK(runs[0].frame.pieces.size() == c.most);
    CHECK(runs[1].packets == 2);
    auto cut = naive_cut(runs[0].frame);
    for (auto& packet : naive_cut(runs[1].frame)) cut.push_back(packet);
    CHECK(cut == batch.added);
  }
}

TEST_CASE("coalescer: a fragment or a packet with options never joins its like") {
  for (const std::size_t which : {0U, 1U}) {
    Batch batch;
    for (const auto& packet : train_of({.tcp = false}, 3))
      batch.add(which == 0 ? with_ip_checksum(with_bytes(packet.bytes(), 20, {0x20, 0}))
                           : with_bytes(packet.bytes(), 14, {0x46}));
    check_untouched(batch);
  }
}

TEST_CASE("coalescer: lengths that disagree with the frame are never joined") {
  for (const auto& first : all_train_packets()) {
    const std::size_t ip_length = first.l4_offset() - (first.v6 ? 36 : 18);
    for (const int change : {-1, 1, -100, 1000}) {
      INFO(name_of(first) << ", " << change);
      Batch batch;
      for (const auto& packet : train_of(first, 2)) {
        Bytes bytes = packet.bytes();
        const auto length = load_be<std::uint16_t>(bytes, ip_length).value();
        store_be(MutableBytes(bytes), ip_length, static_cast<std::uint16_t>(length + change));
        batch.add(bytes);
      }
      check_untouched(batch);
    }
    if (first.tcp) continue;
    Batch batch;
    // A UDP length of its own, the checksum right over all of it.
    for (const auto& packet : train_of(first, 2)) {
      Bytes bytes = packet.bytes();
      const auto checksum = load_be<std::uint16_t>(bytes, first.checksum_at()).value();
      store_be(MutableBytes(bytes), first.l4_offset() + 4, std::uint16_t{100});
      store_be(MutableBytes(bytes), first.checksum_at(), static_cast<std::uint16_t>(checksum + 8));
      batch.add(bytes);
    }
    check_untouched(batch);
  }
}
