#include "vxtapd/event_log.hpp"

#include "support/catch.hpp"
#include "unit/vxtapd/capture_rig.hpp"

using namespace vxtap;
using test::Bytes;

namespace {

/// An EventLog whose events are kept.
struct Log {
  std::vector<daemon::EventQueue::Event> take() {
    context.restart();
    context.run();
    return std::exchange(events, {});
  }

  boost::asio::io_context context;
  std::vector<daemon::EventQueue::Event> events;
  daemon::EventQueue queue{context, [this](const auto& more, std::uint64_t) {
                             events.insert(events.end(), more.begin(), more.end());
                           }};
  daemon::EventLog log{queue};
};

Bytes frame_to(const std::string& destination, const Bytes& rest) {
  const auto to = MacAddress::parse(destination)->octets();
  Bytes frame(to.begin(), to.end());
  frame.insert(frame.end(), {2, 0, 0, 0, 0, 1});
  frame.insert(frame.end(), rest.begin(), rest.end());
  return frame;
}

}  // namespace

TEST_CASE("event log: frames of a trunk that nobody carries, but not what is said to groups") {
  Log log;
  const Bytes ipv6{0x86, 0xDD, 0x60};
  for (const auto* group : {"33:33:00:00:00:16", "01:00:5e:00:00:fb", "01:80:c2:00:00:0e"})
    log.log.frame_unmapped(1, frame_to(group, ipv6));
  CHECK(log.take().empty());
  log.log.frame_unmapped(1, frame_to("ff:ff:ff:ff:ff:ff", {0x81, 0x00, 0x00, 0x07, 0x08, 0x06, 0}));
  log.log.frame_unmapped(1, frame_to("02:00:00:00:00:02", ipv6));  // too soon
  const auto events = log.take();
  REQUIRE(events.size() == 1);
  const auto& event = std::get<daemon::UnmappedEvent>(events[0]);
  CHECK(event.tap == 1);
  CHECK(event.vid == 7);
  CHECK(event.source == *MacAddress::parse("02:00:00:00:00:01"));
}

TEST_CASE("event log: who sends a VNI that is not configured, and who is not accepted") {
  Log log;
  Bytes payload{0x08, 0, 0, 0, 0, 0, 43, 0, 1, 2, 3};
  Datagram datagram;
  datagram.payload = payload;
  datagram.source = test::address("192.0.2.3");
  datagram.source_port = 5;
  Segment segment;
  segment.key = {0, *Vni::from(43)};
  segment.state = std::make_shared<SegmentState>(1);
  for (int i = 0; i < 3; ++i) {
    log.log.stranger_heard(nullptr, datagram);
    log.log.stranger_heard(&segment, datagram);
  }
  const auto events = log.take();
  REQUIRE(events.size() == 2);
  const auto& unknown = std::get<daemon::StrangerEvent>(events[0]);
  CHECK_FALSE(unknown.segment);
  CHECK(unknown.vni == *Vni::from(43));
  CHECK(unknown.source == Remote{test::address("192.0.2.3"), 5});
  CHECK(std::get<daemon::StrangerEvent>(events[1]).segment == segment.key);
}

TEST_CASE(
    "event log: a flood of addresses leaves memberships their room, and one that finds none is missed") {
  using daemon::EventQueue;
  Log log;
  Segment segment;
  segment.state = std::make_shared<SegmentState>(1);
  const auto hear = [&] {
    log.log.membership_heard(
        segment, {.kind = MembershipMessage::Kind::kJoin, .group = test::address("239.1.1.1")}, std::nullopt);
    return !segment.state->memberships_missed.load();
  };
  for (std::size_t i = 0; i < 2 * EventQueue::kMost; ++i) log.log.mac_displaced(segment, {}, {});
  for (std::size_t i = 0; i < EventQueue::kForMemberships; ++i) CHECK(hear());
  CHECK_FALSE(hear());
  const auto events = log.take();
  CHECK(events.size() == EventQueue::kMost);
  CHECK(std::ranges::count_if(events, [](const auto& event) {
          return std::holds_alternative<daemon::MembershipEvent>(event);
        }) == EventQueue::kForMemberships);
}
