// ARP, neighbour discovery, IGMP, MLD and PIM out of frames of either side, and the ICMP messages that are
// written about a frame that is too big.
#include <algorithm>

#include "core/ecn.hpp"
#include "fuzz/input.hpp"
#include "fuzz/mend_checksums.hpp"
#include "fuzz/require.hpp"
#include "offload/membership_parser.hpp"
#include "offload/neighbour_messages.hpp"
#include "offload/neighbour_parts.hpp"
#include "offload/overlay_protocol.hpp"
#include "offload/too_big_message.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;

namespace {

constexpr Tick kNow = 1000;

void check_reply(const Bytes& question, BytesView reply) {
  const auto asked = EthernetHeader::parse(question), answers = EthernetHeader::parse(reply);
  require(asked && answers, "question and answer are Ethernet frames");
  require(reply.size() >= 60 && reply.size() <= kNeighbourReplyMax, "of a size that Ethernet carries");
  require(answers->destination == asked->source, "the answer goes to who asked");
  require(answers->source != asked->source && is_host_address(answers->source), "in another's name");
  require(answers->size == asked->size && answers->ether_type == asked->ether_type, "with its tags");
  if (answers->ether_type != static_cast<std::uint16_t>(EtherType::kIpv6)) return;
  require(has_right_checksums(reply.first(answers->size + 72)), "and right checksums");
}

void check_neighbours(const Bytes& frame, NeighbourTable& table, bool from_tap) {
  const std::size_t before = table.list().size();
  if (!from_tap) {
    snoop_neighbours(frame, table, kNow);
    require(table.list().size() <= before + 1, "a frame says one thing of its sender");
  } else {
    withdraw_neighbours(frame, table);
    require(table.list().size() + 1 >= before, "and takes one thing back");
    Bytes reply(kNeighbourReplyMax);
    const auto size = answer_neighbour_request(frame, table, kNow, reply);
    if (size) check_reply(frame, BytesView(reply).first(*size));
    if (!size) return;
    Bytes small(*size - 1);
    require(!answer_neighbour_request(frame, table, kNow, small), "no room is no answer");
  }
  for (const Neighbour& one : table.list()) {
    require(is_host_address(one.binding.ip) && is_host_address(one.binding.mac), "bindings are of hosts");
    require(one.configured || one.heard == kNow, "and heard when they were");
  }
}

void check_memberships(const Bytes& frame) {
  std::vector<MembershipMessage> all;
  MembershipMessages messages(frame);
  while (const auto message = messages.next()) all.push_back(*message);
  require(all.size() <= frame.size() / 8, "no frame has more messages than its size bears");
  require(!messages.next(), "the end is the end");
  const auto ethernet = EthernetHeader::parse(frame);
  require(all.empty() || (ethernet && is_membership_message(frame, *ethernet)), "it looked like one before");
  for (const auto& message : all) {
    const bool names =
        message.kind == MembershipMessage::Kind::kJoin || message.kind == MembershipMessage::Kind::kLeave;
    require(names || all.size() == 1, "who asks says nothing else");
    require(message.group.is_v4() == all.front().group.is_v4(), "of one family");
    require(!names || message.group.is_multicast(), "groups are groups");
    require(message.response_time.count() >= 0, "time goes forward");
  }
}

void check_too_big(const Bytes& frame, std::uint16_t mtu) {
  Bytes out(kTooBigMessageMax);
  const auto size = write_too_big(frame, mtu, out);
  if (!size) return;
  require(*size <= out.size(), "a message has room");
  out.resize(*size);
  const auto told = EthernetHeader::parse(out), about = EthernetHeader::parse(frame);
  require(told && about && told->destination == about->source, "who sent it is told");
  require(told->size == about->size, "behind its tags");
  require(has_right_checksums(out), "with right checksums");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  NeighbourTable table(4);
  const std::vector<Binding> known{{test::address("10.0.0.2"), test::mac("02:00:00:00:00:02")},
                                   {test::address("fd00::2"), test::mac("02:00:00:00:00:02")}};
  table.configure(known);
  for (int i = 0; i < 8 && !input.empty(); ++i) {
    const std::uint8_t how = input.byte();
    const std::uint16_t mtu = input.half();
    Bytes frame = input.block();
    if ((how & 1) != 0) mend_checksums(frame);
    check_neighbours(frame, table, (how & 2) != 0);
    check_memberships(frame);
    check_too_big(frame, mtu);
  }
  return 0;
}
