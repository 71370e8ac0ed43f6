#include "inspect/dissect.hpp"

#include <random>

#include "support/catch.hpp"
#include "support/ip_frames.hpp"

using namespace vxtap;
using namespace vxtap::test;

namespace {

std::string text_of_layers(const Bytes& frame) {
  std::string out;
  for (const auto& layer : inspect::dissect(frame))
    out += std::to_string(layer.offset) + "+" + std::to_string(layer.size) + " " + layer.name + ": " +
           layer.summary + "\n";
  return out;
}

}  // namespace

TEST_CASE("dissect: UDP in IPv4 and in IPv6") {
  CHECK(text_of_layers(udp_v4(2)).starts_with(
      "0+14 Ethernet: 02:00:00:00:00:0a > 02:00:00:00:00:0b, type 0x0800\n"
      "14+20 IPv4: 10.0.0.1 > 10.0.0.2, TTL 128, ToS 0x02\n"
      "34+8 UDP: 40000 > 53, length 15\n"
      "42+"));
  CHECK(text_of_layers(udp_v6()) ==
        "0+14 Ethernet: 02:00:00:00:00:0a > 02:00:00:00:00:0b, type 0x86dd\n"
        "14+40 IPv6: fd00::1 > fd00::2, hop limit 0, class 0x00, label 0xabcde\n"
        "54+8 UDP: 40000 > 53, length 15\n"
        "62+7 data: 7 bytes\n");
}

TEST_CASE("dissect: tags, ARP and TCP") {
  auto tagged = ethernet_ii() / Tins::Dot1Q(99) /
                Tins::ARP("10.0.0.2", "10.0.0.1", "00:00:00:00:00:00", "02:00:00:00:00:0a");
  const auto arp = text_of_layers(tagged.serialize());
  CHECK(arp.find("14+4 802.1Q: VID 99, priority 0, type 0x0806\n18+28 ARP: operation 0") !=
        std::string::npos);
  const auto request = Tins::ARP::make_arp_request("10.0.0.2", "10.0.0.1", "02:00:00:00:00:0a").serialize();
  CHECK(text_of_layers(request).find("ARP: who has 10.0.0.2? tell 10.0.0.1\n") != std::string::npos);
  Tins::TCP tcp(80, 40000);
  tcp.set_flag(Tins::TCP::SYN, 1);
  auto syn = ethernet_ii() / Tins::IP("10.0.0.2", "10.0.0.1") / tcp;
  CHECK(text_of_layers(syn.serialize()).find("34+20 TCP: 40000 > 80, SYN, sequence 0\n") !=
        std::string::npos);
}

TEST_CASE("dissect: whatever the bytes, the layers cover the frame and nothing is thrown") {
  std::mt19937 dice(7);
  for (int i = 0; i < 20000; ++i) {
    Bytes frame = i % 2 == 0 ? udp_v4() : udp_v6();
    for (int change = 0; change < 4; ++change)
      frame[12 + dice() % (frame.size() - 12)] = static_cast<std::uint8_t>(dice());
    frame.resize(dice() % (frame.size() + 1));
    std::size_t at = 0;
    for (const auto& layer : inspect::dissect(frame)) {
      REQUIRE(layer.offset == at);
      at += layer.size;
    }
    REQUIRE(at == frame.size());
  }
}
