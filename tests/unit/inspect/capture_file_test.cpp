// Captures written by libtins and, for pcapng, byte by byte.
#include "inspect/capture_file.hpp"

#include <pcap/pcap.h>
#include <tins/tins.h>

#include <cstdio>
#include <filesystem>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/ip_frames.hpp"
#include "support/printing.hpp"
#include "unit/control/running_server.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A pcap file of these packets.
void write_pcap(const std::string& path, int link_type, const std::vector<Bytes>& packets,
                unsigned snap = 65535) {
  pcap_t* dead = pcap_open_dead(link_type, static_cast<int>(snap));
  pcap_dumper_t* out = pcap_dump_open(dead, path.c_str());
  REQUIRE(out != nullptr);
  for (const Bytes& packet : packets) {
    pcap_pkthdr header{};
    header.len = static_cast<bpf_u_int32>(packet.size());
    header.caplen = std::min<bpf_u_int32>(header.len, snap);
    pcap_dump(reinterpret_cast<u_char*>(out), &header,
              packet.data());  // NOLINT: pcap_dump(3PCAP) asks for it
  }
  pcap_dump_close(out);
  pcap_close(dead);
}

Bytes little(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
          static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 24)};
}

Bytes block(std::uint32_t type, const Bytes& body) {
  const Bytes padded = body + Bytes((4 - body.size() % 4) % 4, 0);
  const auto size = static_cast<std::uint32_t>(padded.size() + 12);
  return little(type) + little(size) + padded + little(size);
}

/// Section header, interface description, enhanced packet (draft-ietf-opsawg-pcapng).
Bytes pcapng(const Bytes& packet) {
  const auto size = static_cast<std::uint32_t>(packet.size());
  return block(0x0A0D0D0A, little(0x1A2B3C4D) + little(1) + Bytes(8, 0xFF)) +
         block(1, little(1) + little(0)) +
         block(6, little(0) + little(0) + little(0) + little(size) + little(size) + packet);
}

const Bytes kInner = udp_v4();

Bytes encapsulated(bool v4 = true) {
  const Tins::RawPDU payload(vxlan_datagram(vni(42), kInner));
  const Tins::UDP udp(4789, 50123);
  if (!v4) return (ethernet_ii() / Tins::IPv6("2001:db8::1", "2001:db8::2") / udp / payload).serialize();
  Tins::IP ip("192.0.2.1", "192.0.2.2");
  ip.tos(0x2);
  return (ethernet_ii() / ip / udp / payload).serialize();
}

void check_datagram(const inspect::CapturedDatagram& found, const std::string& source = "192.0.2.2",
                    const std::string& destination = "192.0.2.1") {
  CHECK(found.source == remote(source, 50123));
  CHECK(found.destination == remote(destination, 4789));
  CHECK(found.payload == vxlan_datagram(vni(42), kInner));
}

}  // namespace

TEST_CASE("capture file: a frame, by its number") {
  const TempDirectory directory;
  const auto file = (directory / "a.pcap").string();
  write_pcap(file, DLT_EN10MB, {udp_v6(), udp_v4()});
  CHECK(frame_of(inspect::read_packet(file, 2)) == udp_v4());
  CHECK_THROWS_WITH(inspect::read_packet(file, 3), ContainsSubstring("has 2 packets"));
  CHECK_THROWS_AS(inspect::read_packet((directory / "none").string(), 1), inspect::BadCapture);
}

TEST_CASE("capture file: a datagram of an underlay") {
  const TempDirectory directory;
  const auto file = (directory / "a.pcap").string();
  const auto read = [&](int link_type, const Bytes& packet) {
    write_pcap(file, link_type, {packet});
    return datagram_of(inspect::read_packet(file, 1));
  };
  const Bytes ethernet = encapsulated();
  const Bytes ip(ethernet.begin() + 14, ethernet.end());
  CHECK(read(DLT_EN10MB, ethernet).tos == 2);
  check_datagram(read(DLT_EN10MB, ethernet));
  check_datagram(read(DLT_EN10MB, encapsulated(false)), "2001:db8::2", "2001:db8::1");
  const Bytes tagged = Bytes(ethernet.begin(), ethernet.begin() + 12) + Bytes{0x81, 0, 0, 7} +
                       Bytes(ethernet.begin() + 12, ethernet.end());
  check_datagram(read(DLT_EN10MB, tagged));
  check_datagram(read(DLT_RAW, ip));
  check_datagram(read(DLT_LINUX_SLL, Bytes(14, 0) + Bytes{8, 0} + ip));
  check_datagram(read(DLT_LINUX_SLL2, Bytes{8, 0} + Bytes(18, 0) + ip));
  CHECK_THROWS_WITH(read(DLT_EN10MB, Bytes(60, 0)), ContainsSubstring("no UDP"));
  CHECK_THROWS_WITH(inspect::frame_of({DLT_RAW, ip}), ContainsSubstring("no Ethernet frame"));
}

TEST_CASE("capture file: pcapng") {
  const TempDirectory directory;
  const auto file = (directory / "a.pcapng").string();
  const Bytes bytes = pcapng(encapsulated());
  write_file(file, {bytes.begin(), bytes.end()});
  check_datagram(datagram_of(inspect::read_packet(file, 1)));
}

TEST_CASE("capture file: a packet that was cut") {
  const TempDirectory directory;
  const auto file = (directory / "a.pcap").string();
  write_pcap(file, DLT_EN10MB, {encapsulated()}, 60);
  CHECK_THROWS_WITH(inspect::read_packet(file, 1), ContainsSubstring("cut to 60"));
}
