// Files written by pcapng.hpp and, for what it never writes, block by block; libpcap reads those of one link
// type.
#include "inspect/pcapng_reader.hpp"

#include <pcap/pcap.h>

#include <memory>
#include <random>

#include "inspect/capture_file.hpp"
#include "inspect/pcapng.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/printing.hpp"
#include "support/seed.hpp"
#include "support/values.hpp"
#include "unit/control/running_server.hpp"

using namespace vxtap;
using namespace vxtap::test;
using namespace vxtap::inspect;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Blocks in one of the two byte orders.
class Blocks {
 public:
  explicit Blocks(bool little) : little_(little) {}

  Bytes number(std::uint32_t value) const {
    Bytes bytes(4);
    store_be(MutableBytes(bytes), 0, little_ ? __builtin_bswap32(value) : value);
    return bytes;
  }
  Bytes half(std::uint16_t value) const {
    Bytes bytes(2);
    store_be(MutableBytes(bytes), 0, little_ ? __builtin_bswap16(value) : value);
    return bytes;
  }
  Bytes block(std::uint32_t type, const Bytes& body) const {
    const Bytes padded = body + Bytes((4 - body.size() % 4) % 4, 0);
    const auto size = static_cast<std::uint32_t>(padded.size() + 12);
    return number(type) + number(size) + padded + number(size);
  }
  Bytes section() const { return block(0x0A0D0D0A, number(0x1A2B3C4D) + half(1) + half(0) + Bytes(8, 0xFF)); }
  Bytes interface(std::uint16_t link, std::uint32_t snap = 0) const {
    return block(1, half(link) + half(0) + number(snap));
  }
  Bytes packet(std::uint32_t interface, const Bytes& bytes) const {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    return block(6, number(interface) + Bytes(8, 0) + number(size) + number(size) + bytes);
  }
  Bytes simple(const Bytes& bytes, std::uint32_t size) const { return block(3, number(size) + bytes); }
  Bytes old(std::uint16_t interface, const Bytes& bytes) const {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    return block(2, half(interface) + half(0) + Bytes(8, 0) + number(size) + number(size) + bytes);
  }

 private:
  bool little_;
};

struct File {
  TempDirectory directory;
  std::string path = (directory / "a.pcapng").string();

  void write(const Bytes& bytes) const { write_file(path, {bytes.begin(), bytes.end()}); }
};

Bytes written(const std::string& text) {
  return {text.begin(), text.end()};
}

/// What libpcap reads.
std::vector<Bytes> all_packets(const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  const std::unique_ptr<pcap_t, void (*)(pcap_t*)> file(pcap_open_offline(path.c_str(), error.data()),
                                                        pcap_close);
  INFO(error.data());
  REQUIRE(file != nullptr);
  std::vector<Bytes> packets;
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  while (pcap_next_ex(file.get(), &header, &bytes) == 1) packets.emplace_back(bytes, bytes + header->caplen);
  return packets;
}

}  // namespace

TEST_CASE_METHOD(File, "pcapng reader: a TAP and an underlay in one file") {
  const Bytes frame(60, 1), datagram(90, 2);
  std::string text;
  pcapng::put_section(text, {"x86", "Linux", "vxtapd"});
  pcapng::put_interface(text, {pcapng::LinkType::kEthernet, "vx42", ""});
  pcapng::put_interface(text, {pcapng::LinkType::kRaw, "192.0.2.1:4789", "local VTEP"});
  const auto put = [&](std::uint32_t interface, const Bytes& bytes) {
    const std::array<BytesView, 1> pieces{bytes};
    pcapng::put_packet(text,
                       {.interface = interface, .pieces = pieces, .comment = "to 192.0.2.2:4789 (FDB)"});
  };
  put(0, frame);
  put(1, datagram);
  pcapng::put_statistics(text, {.interface = 0, .received = 1});
  write(written(text));
  CHECK(read_packet(path, 1).link_type == DLT_EN10MB);
  CHECK(read_packet(path, 1).bytes == frame);
  CHECK(read_packet(path, 2).link_type == DLT_RAW);
  CHECK(read_packet(path, 2).bytes == datagram);
  CHECK_THROWS_WITH(read_packet(path, 3), path + ": has 2 packets, and no number 3");
}

TEST_CASE_METHOD(File, "pcapng reader: sections of both byte orders, and all kinds of packets") {
  const Blocks little(true), big(false);
  write(little.section() + little.interface(1) + little.interface(113, 4) + little.packet(1, Bytes(5, 1)) +
        little.block(0xBAD, Bytes(9000, 7)) + little.old(1, Bytes(6, 2)) + big.section() +
        big.interface(228, 3) + big.simple(Bytes(4, 3), 3) + big.packet(0, Bytes(8, 4)) +
        big.simple(Bytes(4, 5), 50));
  CHECK(read_packet(path, 1).link_type == DLT_LINUX_SLL);
  CHECK(read_packet(path, 1).bytes == Bytes(5, 1));
  CHECK(read_packet(path, 2).link_type == DLT_LINUX_SLL);
  CHECK(read_packet(path, 2).bytes == Bytes(6, 2));
  CHECK(read_packet(path, 3).link_type == DLT_IPV4);
  CHECK(read_packet(path, 3).bytes == Bytes(3, 3));
  CHECK(read_packet(path, 4).bytes == Bytes(8, 4));
  CHECK_THROWS_WITH(read_packet(path, 5), ContainsSubstring("cut to 3 of 50"));
  CHECK_THROWS_WITH(read_packet(path, 6), ContainsSubstring("has 5 packets"));
}

TEST_CASE_METHOD(File, "pcapng reader: what libpcap reads is read alike") {
  const auto seed = some_seed();
  CAPTURE(seed);
  std::mt19937 dice(seed);
  const auto below = [&](unsigned limit) {
    return std::uniform_int_distribution<unsigned>(0, limit - 1)(dice);
  };
  for (int round = 0; round < 50; ++round) {
    const Blocks blocks(below(2) == 0);
    Bytes file = blocks.section() + blocks.interface(1, 65535) + blocks.interface(1, 65535);
    for (int i = 0; i < 10; ++i) {
      const Bytes bytes(below(100), static_cast<std::uint8_t>(below(256)));
      const unsigned kind = below(4);
      if (kind == 0) file = file + blocks.packet(below(2), bytes);
      if (kind == 1) file = file + blocks.old(static_cast<std::uint16_t>(below(2)), bytes);
      if (kind == 2) file = file + blocks.simple(bytes, static_cast<std::uint32_t>(bytes.size()));
      if (kind == 3) file = file + blocks.block(4 + below(2), Bytes(12 + below(40), 0));
    }
    write(file);
    const auto packets = all_packets(path);
    for (std::size_t i = 0; i < packets.size(); ++i) REQUIRE(read_packet(path, i + 1).bytes == packets[i]);
    CHECK_THROWS_AS(read_packet(path, packets.size() + 1), BadCapture);
  }
}

TEST_CASE_METHOD(File, "pcapng reader: what is no such file is said, and nothing is believed of it") {
  const Blocks one(true);
  const Bytes begin = one.section() + one.interface(1);
  const Bytes huge = one.number(6) + one.number(0xFFFFFFF0) + one.number(0) + Bytes(8, 0) +
                     one.number(0xFFFFFF00) + one.number(0xFFFFFF00);
  const std::vector<std::pair<Bytes, std::string>> cases{
      {Bytes{0x0A}, "ends within a block"},
      {Bytes(40, 0x0A), "does not begin with a section header"},
      {one.number(0x0A0D0D0A) + Bytes(24, 0x1A), "no byte-order magic"},
      {one.number(0x0A0D0D0A) + one.number(12) + one.number(0x1A2B3C4D), "a block of 12 bytes"},
      {one.section() + one.packet(0, {1}), "interface 0, which is not described"},
      {begin + one.packet(1, {1}), "interface 1, which is not described"},
      {begin + one.section() + one.packet(0, {1}), "interface 0, which is not described"},
      {begin + one.number(6) + one.number(0), "a block of 0 bytes"},
      {begin + one.number(6) + one.number(33), "a block of 33 bytes"},
      {begin + one.block(6, Bytes(16, 0)), "too short"},
      {begin + one.block(3, {}), "too short"},
      {begin + huge, "claims 4294967040 bytes"},
      {begin + one.block(6, Bytes(12, 0) + one.number(9) + one.number(9) + Bytes(8, 0)), "claims 9 bytes"},
      {begin + one.number(99) + one.number(0xFFFFFFF0) + Bytes(5000, 0), "ends within a block"},
      {begin + one.number(6) + one.number(36) + Bytes(12, 0) + one.number(1) + one.number(1) + Bytes(4, 0) +
           one.number(40),
       "two lengths"},
      {begin + one.number(6), "ends within a block"},
      {begin, "has 0 packets, and no number 1"}};
  for (const auto& [bytes, message] : cases) {
    CAPTURE(message);
    write(bytes);
    CHECK_THROWS_WITH(read_packet(path, 1), ContainsSubstring(path) && ContainsSubstring(message));
  }
}

TEST_CASE_METHOD(File, "pcapng reader: a file with any bytes changed is read or refused") {
  const auto seed = some_seed();
  CAPTURE(seed);
  std::mt19937 dice(seed);
  const Blocks blocks(true);
  const Bytes good = blocks.section() + blocks.interface(1) + blocks.packet(0, Bytes(60, 1)) +
                     blocks.simple(Bytes(20, 2), 20) + blocks.old(0, Bytes(30, 3));
  for (int round = 0; round < 2000; ++round) {
    Bytes bytes = good;
    for (int change = 0; change < 3; ++change)
      bytes[dice() % bytes.size()] = static_cast<std::uint8_t>(dice());
    bytes[0] = good[0];
    write(bytes);
    try {
      const auto packet = read_packet(path, 1 + dice() % 3);
      CHECK(packet.bytes.size() <= good.size());
    } catch (const BadCapture& error) {
      CHECK_THAT(error.what(), ContainsSubstring(path));
    }
  }
}
