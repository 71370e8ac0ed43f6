// What a segment does with ARP, IGMP and floods when it is asked to take part. The protocols themselves are
// tested in tests/unit/offload.
#include "support/ip_frames.hpp"
#include "support/printing.hpp"
#include "two_vteps.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Texts = std::vector<std::string>;

namespace {

Bytes arp_request(const std::string& target) {
  return Tins::ARP::make_arp_request(target, "10.0.0.1", "02:00:00:00:00:0a").serialize();
}
Bytes to_group(const std::string& group) {
  auto packet = Tins::EthernetII("01:00:5e:01:02:03", "02:00:00:00:00:0a") / Tins::IP(group, "10.0.0.1") /
                Tins::UDP(5000, 40000) / Tins::RawPDU("to the group");
  return packet.serialize();
}
/// RFC 2236: type 0x16 (version 2 report), its checksum, the group.
Bytes igmp_report() {
  const Bytes igmp{0x16, 0x00, 0x00, 0x00, 239, 1, 2, 3};
  Tins::IP ip("239.1.2.3", "10.0.0.1");
  ip.ttl(1);
  ip.protocol(2);
  Bytes report = igmp;
  const std::uint32_t sum = 0x1600 + 0xEF01 + 0x0203;
  const auto checksum = static_cast<std::uint16_t>(~((sum & 0xFFFF) + (sum >> 16)));
  report[2] = static_cast<std::uint8_t>(checksum >> 8);
  report[3] = static_cast<std::uint8_t>(checksum);
  auto packet = Tins::EthernetII("01:00:5e:01:02:03", "02:00:00:00:00:0a") / ip / Tins::RawPDU(report);
  return packet.serialize();
}

std::shared_ptr<const GroupTable> group_at_far(bool reports_to_host = true) {
  return std::make_shared<GroupTable>(
      std::vector<GroupTable::Entry>{{address("239.1.2.3"), {remote(kThird)}}},
      GroupTable::Family{.snooping = true, .reports_to_host = reports_to_host}, GroupTable::Family{});
}

struct Watching : Lab {
  Vtep& left;
  explicit Watching(SegmentPlan plan) : left(vtep(kLeft, std::move(plan))) {}
  void host_sends(const Bytes& frame) {
    left.tap().send(frame);
    settle();
  }
  void arrives(const Bytes& frame) {
    left.underlay().arrive({.source = address(kRight),
                            .source_port = 50000,
                            .destination = remote(kLeft),
                            .tos = 0,
                            .payload = vxlan_datagram(vni(100), frame)});
    settle();
  }
};

}  // namespace

TEST_CASE("suppression: a known neighbour's address is answered and goes no further") {
  Watching lab({.flood_to = {kRight}, .suppression = true});
  lab.left.state().neighbours.configure(std::vector<Binding>{{address("10.0.0.2"), kBob}});
  lab.host_sends(arp_request("10.0.0.2"));
  CHECK(lab.network.carried().empty());
  CHECK(lab.left.totals().suppressed == 1);
  REQUIRE(lab.left.tap().delivered().size() == 1);
  const Bytes& bytes = lab.left.tap().delivered()[0].bytes;
  const Tins::EthernetII answer(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  CHECK(answer.rfind_pdu<Tins::ARP>().sender_hw_addr() == "02:00:00:00:00:0b");
  CHECK(lab.left.totals().tx_packets == 0);

  lab.host_sends(arp_request("10.0.0.3"));
  CHECK(lab.network.carried().size() == 1);
  CHECK(lab.left.totals().suppressed == 1);
}

TEST_CASE("suppression: an answer needs no remote") {
  Watching lab({.flood_to = {}, .suppression = true});
  lab.left.state().neighbours.configure(std::vector<Binding>{{address("10.0.0.2"), kBob}});
  lab.host_sends(arp_request("10.0.0.2"));
  CHECK(lab.left.totals().suppressed == 1);
  CHECK(lab.left.dropped(DropReason::kNoRemote) == 0);
}

TEST_CASE("suppression: what cannot be answered because the TAP is full is forwarded") {
  Watching lab({.flood_to = {kRight}, .suppression = true});
  lab.left.state().neighbours.configure(std::vector<Binding>{{address("10.0.0.2"), kBob}});
  lab.left.tap().answer(TapWrite::kFull);
  lab.host_sends(arp_request("10.0.0.2"));
  CHECK(lab.network.carried().size() == 1);
  CHECK(lab.left.totals().suppressed == 0);
}

TEST_CASE("suppression: what arrives teaches, also behind a train's first frame") {
  Watching lab({.flood_to = {kRight}, .suppression = true});
  lab.left.underlay().receive_trains();
  for (const char* ip : {"10.0.0.7", "10.0.0.8"})
    lab.left.underlay().arrive(
        {.source = address(kRight),
         .source_port = 50000,
         .destination = remote(kLeft),
         .tos = 0,
         .payload = vxlan_datagram(
             vni(100), Tins::ARP::make_arp_request("10.0.0.1", ip, "02:00:00:00:00:0b").serialize())});
  lab.settle();
  CHECK(lab.left.tap().delivered().size() == 2);
  lab.host_sends(arp_request("10.0.0.7"));
  lab.host_sends(arp_request("10.0.0.8"));
  CHECK(lab.left.totals().suppressed == 2);
}

TEST_CASE("suppression: without it ARP is nobody's business") {
  Watching lab({.flood_to = {kRight}});
  lab.left.state().neighbours.configure(std::vector<Binding>{{address("10.0.0.2"), kBob}});
  lab.host_sends(arp_request("10.0.0.2"));
  CHECK(lab.network.carried().size() == 1);
}

TEST_CASE("snooping: a known group goes to the remotes that asked, an unknown one to all") {
  Watching lab({.flood_to = {kRight, kThird}, .groups = group_at_far()});
  lab.host_sends(to_group("239.1.2.3"));
  CHECK(lab.network.destinations() == std::vector{address(kThird)});
  CHECK(lab.left.totals().flooded == 0);
  lab.host_sends(to_group("239.9.9.9"));
  CHECK(lab.network.destinations().size() == 3);
}

TEST_CASE("snooping: the host's reports go to everybody and are heard") {
  Watching lab({.flood_to = {kRight, kThird}, .groups = group_at_far()});
  lab.host_sends(igmp_report());
  CHECK(lab.network.destinations().size() == 2);
  CHECK(lab.left.events() == Texts{"vni100: membership of 239.1.2.3 from the host"});
}

TEST_CASE("snooping: a remote's report is heard, and kept from a host that asks for none") {
  for (const bool wanted : {true, false}) {
    Watching lab({.flood_to = {kRight}, .groups = group_at_far(wanted)});
    lab.arrives(igmp_report());
    CHECK(lab.left.events() == Texts{"vni100: membership of 239.1.2.3 from 192.0.2.2"});
    CHECK(lab.left.tap().delivered().size() == (wanted ? 1 : 0));
    CHECK(lab.left.totals().suppressed == (wanted ? 0 : 1));
  }
}

TEST_CASE("storm control: each kind of flood has its own rate, known destinations have none") {
  Watching lab({.flood_to = {kRight}});
  lab.left.state().storm.of(FloodKind::kBroadcast).set_rate(10);
  lab.left.pin(kBob, remote(kThird));
  for (int i = 0; i < 50; ++i) {
    lab.left.tap().send(ethernet_frame(mac("ff:ff:ff:ff:ff:ff"), kAlice, "broadcast"));
    lab.left.tap().send(ethernet_frame(mac("01:00:5e:01:02:03"), kAlice, "multicast"));
    lab.left.tap().send(ethernet_frame(mac("02:00:00:00:00:77"), kAlice, "unknown"));
    lab.left.tap().send(ethernet_frame(kBob, kAlice, "known"));
  }
  lab.settle();
  CHECK(lab.left.dropped(DropReason::kStormControl) == 40);
  CHECK(lab.network.carried().size() == 160);
}

TEST_CASE(
    "an entry of the broadcast MAC takes the place of the flood list, as an FDB entry of the kernel's does") {
  const auto everyone = mac("ff:ff:ff:ff:ff:ff");
  Watching lab(
      {.flood_to = {kRight},
       .groups = std::make_shared<GroupTable>(std::vector<GroupTable::Entry>{{everyone, {remote(kThird)}}},
                                              GroupTable::Family{}, GroupTable::Family{})});
  lab.host_sends(ethernet_frame(everyone, kAlice, "to all"));
  CHECK(lab.network.destinations() == std::vector{address(kThird)});
}
