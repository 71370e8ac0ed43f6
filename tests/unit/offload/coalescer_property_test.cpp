#include <algorithm>
#include <deque>
#include <map>
#include <random>

#include "offload/coalescer.hpp"
#include "support/catch.hpp"
#include "trains.hpp"

using namespace vxtap;
using namespace vxtap::test;

/// Random batches: whatever was joined, cut again it is what came in, in an order that keeps every flow's.
namespace {

struct Input {
  Bytes bytes;
  std::uint32_t group = 0;
  std::size_t flow = 0;
  bool barrier = false;      ///< nothing of its group may pass it
  bool constant_id = false;  ///< and DF: a cut superframe counts up instead
};

struct Sender {
  TrainPacket next;
  std::uint32_t group = 0;
  bool constant_id = false;
};

std::vector<Sender> random_senders(std::mt19937& random) {
  std::vector<Sender> senders;
  const std::size_t count = 1 + random() % 12;
  for (std::size_t i = 0; i < count; ++i) {
    Sender sender{all_train_packets()[random() % 8], static_cast<std::uint32_t>(random() % 2)};
    sender.next.source_port = static_cast<std::uint16_t>(1000 + i);
    sender.next.dont_fragment = random() % 2 == 0;
    sender.next.identification = static_cast<std::uint16_t>(random());
    sender.next.sequence = static_cast<std::uint32_t>(random() % 3 == 0 ? 0xFFFFFE00 : random());
    sender.next.payload = std::string(1 + random() % 300, 'x');
    sender.constant_id = sender.next.dont_fragment && random() % 3 == 0;
    senders.push_back(sender);
  }
  return senders;
}

/// Moves the sender on, mostly as a train does.
TrainPacket take(Sender& sender, std::mt19937& random) {
  TrainPacket packet = sender.next;
  const std::uint16_t identification = packet.identification;
  for (char& c : packet.payload) c = static_cast<char>(random());
  switch (random() % 24) {
    case 0:
      packet.payload.resize(random() % (packet.payload.size() + 1));
      break;
    case 1:
      packet.payload += "longer";
      break;
    case 2:
      if (packet.tcp) packet.flags = static_cast<std::uint16_t>(0x10 | 1U << random() % 12);
      break;
    case 3:
      packet.acknowledgement = sender.next.acknowledgement += 1;
      break;
    case 4:
      packet.hop_limit = static_cast<std::uint8_t>(60 + random() % 5);
      break;
    case 5:
      packet.traffic_class = static_cast<std::uint8_t>(random() % 4);
      break;
    case 6:
      packet.identification ^= 0x8000;  // so far that it equals no neighbour's
      break;
    default:
      break;
  }
  const std::string usual = sender.next.payload;
  sender.next.payload = packet.payload;  // it counts for the sequence
  sender.next = sender.next.next();
  sender.next.payload = usual;
  if (sender.constant_id) sender.next.identification = identification;
  return packet;
}

Input random_input(std::vector<Sender>& senders, std::size_t flow, std::mt19937& random) {
  Sender& sender = senders[flow];
  const TrainPacket packet = take(sender, random);
  if (random() % 20 == 0) return random_input(senders, flow, random);  // that one was lost
  Input input{packet.bytes(), sender.group, flow, false, sender.constant_id};
  const std::size_t ip = packet.l4_offset() - (packet.v6 ? 40 : 20);
  switch (random() % 30) {
    case 0:  // wrong somewhere in payload or checksum
      input.bytes[packet.checksum_at() + random() % 2] ^= 0x01;
      break;
    case 1:
      if (!packet.tcp) store_be(MutableBytes(input.bytes), packet.checksum_at(), std::uint16_t{0});
      break;
    case 2:  // another protocol
      input.bytes[ip + (packet.v6 ? 6 : 9)] = 47;
      input.barrier = true;
      break;
    case 3:  // a fragment
      if (packet.v6) break;
      input.bytes[ip + 6] |= 0x20;
      input.barrier = true;
      break;
    case 4:
      input.bytes.resize(input.bytes.size() + 1 + random() % 10);
      break;
    default:
      break;
  }
  return input;
}

/// The same packet, the identification of a constant one aside, and with it the IPv4 header's checksum.
bool same_packet(const Input& input, Bytes packet) {
  if (packet.size() != input.bytes.size()) return false;
  const bool tagged = packet.size() > 18 && packet[12] == 0x81;
  const std::size_t ip = tagged ? 18 : 14;
  if (input.constant_id && packet.size() > ip + 20 && packet[ip] == 0x45)
    for (const std::size_t at : {4U, 5U, 10U, 11U}) packet[ip + at] = input.bytes[ip + at];
  return packet == input.bytes;
}

/// Which inputs came out, in order of output: each packet must be the next of some flow of its group.
std::vector<std::size_t> output_order(std::span<const Coalescer::Run> runs,
                                      const std::vector<Input>& inputs) {
  std::map<std::pair<std::uint32_t, std::size_t>, std::deque<std::size_t>> waiting;
  for (std::size_t i = 0; i < inputs.size(); ++i) waiting[{inputs[i].group, inputs[i].flow}].push_back(i);
  std::vector<std::size_t> order;
  for (const auto& run : runs) {
    const auto packets = naive_cut(run.frame);
    CHECK(run.packets == packets.size());
    std::uint64_t bytes = 0;
    for (const auto& packet : packets) {
      bytes += packet.size();
      const auto flow = std::find_if(waiting.begin(), waiting.end(), [&](const auto& candidate) {
        return candidate.first.first == run.group && !candidate.second.empty() &&
               same_packet(inputs[candidate.second.front()], packet);
      });
      if (flow == waiting.end()) FAIL("a packet that is no flow's next, in place " << order.size());
      order.push_back(flow->second.front());
      flow->second.pop_front();
    }
    CHECK(run.bytes == bytes);
  }
  return order;
}

void check_barriers(const std::vector<std::size_t>& order, const std::vector<Input>& inputs) {
  for (std::size_t place = 0; place < order.size(); ++place) {
    const std::size_t barrier = order[place];
    if (!inputs[barrier].barrier) continue;
    for (std::size_t other = 0; other < order.size(); ++other)
      if (inputs[order[other]].group == inputs[barrier].group && other != place)
        REQUIRE((other < place) == (order[other] < barrier));
  }
}

}  // namespace

TEST_CASE("coalescer: random batches come out as they came in, only joined") {
  const auto seed = GENERATE(range(1U, 9U));
  const bool short_way = GENERATE(false, true);
  INFO("seed " << seed << (short_way ? ", add_next() first" : ""));
  std::mt19937 random(seed);
  std::size_t packets = 0, runs = 0, went_short = 0;
  for (int round = 0; round < 40; ++round) {
    auto senders = random_senders(random);
    const std::size_t count = 1 + random() % 150;
    std::vector<Input> inputs;
    std::size_t flow = 0;
    while (inputs.size() < count) {
      if (random() % 3 == 0) flow = random() % senders.size();
      inputs.push_back(random_input(senders, flow, random));
    }
    Batch batch(count);
    if (short_way) batch.try_add_next();
    for (const auto& input : inputs) batch.add(input.bytes, input.group);
    const auto order = output_order(batch.finish(), inputs);
    REQUIRE(order.size() == inputs.size());
    check_barriers(order, inputs);
    packets += count;
    runs += batch.finish().size();
    went_short += batch.went_short();
  }
  // Joined at all: with this share of oddities there is still less than a run for every packet and a half.
  CHECK(runs * 3 < packets * 2);
  CHECK((went_short * 4 > packets) == short_way);
}

TEST_CASE("coalescer: any bytes changed at random, nothing is read or written astray") {
  const auto seed = GENERATE(range(1U, 5U));
  const bool short_way = GENERATE(false, true);
  INFO("seed " << seed << (short_way ? ", add_next() first" : ""));
  std::mt19937 random(seed);
  for (int round = 0; round < 300; ++round) {
    Batch batch(32);
    if (short_way) batch.try_add_next();
    std::size_t bytes = 0;
    const auto train = train_of(all_train_packets()[random() % 8], 32);
    for (const auto& packet : train) {
      Bytes changed = packet.bytes();
      for (std::size_t n = random() % 3; n > 0; --n)
        changed[random() % 80] = static_cast<std::uint8_t>(random());
      if (random() % 4 == 0) changed.resize(random() % (changed.size() + 20));
      const bool partial = random() % 2 == 0;
      batch.add(changed, 0, {.needs_checksum = partial, .checksum_start = 34, .checksum_offset = 16});
      bytes += changed.size();
    }
    std::uint64_t out = 0, packets = 0;
    for (const auto& run : batch.finish()) {
      out += run.bytes;
      packets += run.packets;
      REQUIRE(bytes_of(joined(run.frame).size(), run.frame.offload) == run.bytes);
    }
    REQUIRE(out == bytes);
    REQUIRE(packets == 32);
  }
}

TEST_CASE("coalescer: what the short way takes it treats as the long way does") {
  const auto seed = GENERATE(range(1U, 9U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20; ++round) {
    auto senders = random_senders(random);
    Batch by_long(100), by_short(100);
    by_short.try_add_next();
    std::size_t flow = 0;
    for (int i = 0; i < 100; ++i) {
      if (random() % 3 == 0) flow = random() % senders.size();
      const Input input = random_input(senders, flow, random);
      by_long.add(input.bytes, input.group);
      by_short.add(input.bytes, input.group);
    }
    const auto expected = by_long.finish(), got = by_short.finish();
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      REQUIRE(got[i].group == expected[i].group);
      REQUIRE(got[i].packets == expected[i].packets);
      REQUIRE(got[i].bytes == expected[i].bytes);
      REQUIRE(joined(got[i].frame) == joined(expected[i].frame));
      REQUIRE(got[i].frame.offload.segment_size == expected[i].frame.offload.segment_size);
    }
  }
}
