// What is shown at the four places of the packet path.
#include "dataplane/watch.hpp"

#include <cerrno>

#include "support/ip_frames.hpp"
#include "support/printing.hpp"
#include "two_vteps.hpp"

using namespace vxtap;
using namespace vxtap::test;
using Level = dataplane::Watch::Level;

namespace {

const MacAddress kAll = MacAddress::from_u64(0xFFFFFFFFFFFF);

Bytes with_tag(Bytes frame, std::uint8_t vid) {
  const Bytes tag{0x81, 0x00, 0x00, vid};
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  return frame;
}

/// Keeps what it is shown.
struct Recorder final : dataplane::Watch {
  explicit Recorder(Level level) { set_level(level); }

  struct Sight {
    std::string place;
    Bytes bytes;
    std::optional<DropReason> drop;
    std::size_t remotes = 0;
    bool noted = false;  ///< answered, or withheld
    std::optional<LearnOutcome> learned = {};
  };
  std::vector<Sight> sights;

  void saw(const dataplane::FromTap& sight) noexcept override {
    sights.push_back(
        {"from tap", joined(sight.pieces), sight.drop, sight.verdict.remotes().size(), sight.answered});
  }
  void saw(const dataplane::ToUnderlay& sight) noexcept override {
    std::optional<DropReason> drop;
    if (sight.result.error != 0) drop = DropReason::kUnderlaySendFailed;
    sights.push_back({"to underlay", joined(sight.copy.pieces), drop, 1});
  }
  void saw(const dataplane::FromUnderlay& sight) noexcept override {
    const auto payload = sight.datagram.payload;
    sights.push_back({"from underlay", Bytes(payload.begin(), payload.end()), sight.verdict.drop, 0,
                      sight.withheld, sight.verdict.learning.outcome});
  }
  void saw(const dataplane::ToTap& sight) noexcept override {
    sights.push_back({"to tap", joined(sight.frame.pieces), sight.drop});
  }

  std::vector<std::string> places() const {
    std::vector<std::string> all;
    for (const Sight& sight : sights) all.push_back(sight.place);
    return all;
  }
};

using Places = std::vector<std::string>;

struct Watched : Lab {
  Recorder seen;
  Vtep& left;
  explicit Watched(Level level, SegmentPlan plan = {.flood_to = {kRight, kThird}})
      : Watched(level, std::vector{std::move(plan)}) {}
  Watched(Level level, const std::vector<SegmentPlan>& plans) : seen(level), left(vtep(kLeft, plans)) {
    left.show_to(seen);
  }

  void host_sends(const Bytes& frame, FrameOffload offload = {}) {
    left.tap().send(frame, offload);
    settle();
  }
  void arrives(const Bytes& frame, std::uint32_t number = 100, std::string_view from = kRight) {
    left.underlay().arrive({.source = address(from),
                            .source_port = 50000,
                            .destination = remote(kLeft),
                            .tos = 0,
                            .payload = vxlan_datagram(vni(number), frame)});
    settle();
  }
};

}  // namespace

TEST_CASE("watch: everything is shown where it passes, each copy of a flood by itself") {
  Watched lab(Level::kEverything);
  const Bytes out = ethernet_frame(kAll, kAlice, "hello all");
  lab.host_sends(out);
  REQUIRE(lab.seen.places() == Places{"from tap", "to underlay", "to underlay"});
  CHECK(lab.seen.sights[0].bytes == out);
  CHECK(lab.seen.sights[0].remotes == 2);
  CHECK(lab.seen.sights[1].bytes == vxlan_datagram(vni(100), out));
  CHECK(lab.seen.sights[2].bytes == vxlan_datagram(vni(100), out));

  lab.seen.sights.clear();
  const Bytes in = ethernet_frame(kAlice, kBob, "hello");
  lab.arrives(in);
  REQUIRE(lab.seen.places() == Places{"from underlay", "to tap"});
  CHECK(lab.seen.sights[0].bytes == vxlan_datagram(vni(100), in));
  CHECK(lab.seen.sights[0].learned == LearnOutcome::kLearned);
  CHECK(lab.seen.sights[1].bytes == in);
  for (const auto& sight : lab.seen.sights) CHECK_FALSE(sight.drop);
}

TEST_CASE("watch: what passes is not shown to one that wants drops alone") {
  Watched lab(Level::kDrops);
  lab.host_sends(ethernet_frame(kAll, kAlice, "hello all"));
  lab.arrives(ethernet_frame(kAlice, kBob, "hello"));
  CHECK(lab.seen.sights.empty());
}

TEST_CASE("watch: drops are shown at each place, with their reason") {
  const auto level = GENERATE(Level::kDrops, Level::kEverything);
  Watched lab(level, {{.vni = 100, .flood_to = {kRight}}, {.vni = 7}});
  const auto dropped = [&] {
    std::vector<std::pair<std::string, DropReason>> all;
    for (const auto& sight : lab.seen.sights)
      if (sight.drop) all.emplace_back(sight.place, *sight.drop);
    lab.seen.sights.clear();
    return all;
  };
  using Drops = std::vector<std::pair<std::string, DropReason>>;

  lab.left.tap(7).send(ethernet_frame(kAll, kAlice, "to nobody"));
  lab.settle();
  CHECK(dropped() == Drops{{"from tap", DropReason::kNoRemote}});

  lab.network.fail(remote(kRight), ENETUNREACH);
  lab.host_sends(ethernet_frame(kAll, kAlice, "no way there"));
  CHECK(dropped() == Drops{{"to underlay", DropReason::kUnderlaySendFailed}});

  lab.arrives(ethernet_frame(kAlice, kBob, "whose?"), 99);
  CHECK(dropped() == Drops{{"from underlay", DropReason::kVniUnknown}});

  lab.left.tap().answer(TapWrite::kFull);
  lab.arrives(ethernet_frame(kAlice, kBob, "no room"));
  CHECK(dropped() == Drops{{"to tap", DropReason::kTapFull}});
}

TEST_CASE("watch: copies that are too big are a drop of a frame whose other copies go out") {
  Watched lab(Level::kDrops);
  lab.network.narrow(remote(kThird), 1400);
  lab.host_sends(whole_v4(1400));
  REQUIRE(lab.seen.places() == Places{"from tap"});
  CHECK(lab.seen.sights[0].drop == DropReason::kTooBig);
  CHECK(lab.seen.sights[0].remotes == 1);
  CHECK(lab.seen.sights[0].bytes == whole_v4(1400));
}

TEST_CASE("watch: a trunk's frame has its tag on the TAP, and none on the underlay") {
  Watched lab(Level::kEverything, {{.vni = 100, .flood_to = {kRight}},
                                   {.vni = 110, .flood_to = {kRight}, .shares = 100, .vid = 10}});
  const Bytes out = ethernet_frame(kAll, kAlice, "ten");
  lab.host_sends(with_tag(out, 10));
  REQUIRE(lab.seen.places() == Places{"from tap", "to underlay"});
  CHECK(lab.seen.sights[0].bytes == with_tag(out, 10));
  CHECK(lab.seen.sights[1].bytes == vxlan_datagram(vni(110), out));

  lab.seen.sights.clear();
  const Bytes in = ethernet_frame(kAlice, kBob, "back in ten");
  lab.arrives(in, 110);
  REQUIRE(lab.seen.places() == Places{"from underlay", "to tap"});
  CHECK(lab.seen.sights[0].bytes == vxlan_datagram(vni(110), in));
  CHECK(lab.seen.sights[1].bytes == with_tag(in, 10));
}

TEST_CASE("watch: a frame is shown as the host handed it over, though its checksum is finished here") {
  Watched lab(Level::kEverything, {.flood_to = {kRight}});
  Bytes unfinished = udp_v4();
  store_be(MutableBytes(unfinished), 34 + 6, std::uint16_t{0x1234});
  lab.host_sends(unfinished, {.needs_checksum = true, .checksum_start = 34, .checksum_offset = 6});
  REQUIRE(lab.seen.places() == Places{"from tap", "to underlay"});
  CHECK(lab.seen.sights[0].bytes == unfinished);
  const Bytes& sent = lab.seen.sights[1].bytes;
  CHECK(load_be<std::uint16_t>(sent, 8 + 34 + 6) != 0x1234);
}

TEST_CASE("watch: what is answered here is no drop, and goes no further") {
  Watched lab(Level::kEverything, {.flood_to = {kRight}, .suppression = true});
  lab.left.state().neighbours.configure(std::vector<Binding>{{address("10.0.0.2"), kBob}});
  lab.host_sends(Tins::ARP::make_arp_request("10.0.0.2", "10.0.0.1", "02:00:00:00:00:0a").serialize());
  REQUIRE(lab.seen.places() == Places{"from tap"});
  CHECK(lab.seen.sights[0].noted);
  CHECK_FALSE(lab.seen.sights[0].drop);
}

TEST_CASE("watch: what became of learning is told") {
  Watched lab(Level::kEverything, {.flood_to = {kRight}, .limit = 1});
  const auto learned = [&](const MacAddress& source, std::string_view from) {
    lab.seen.sights.clear();
    lab.arrives(ethernet_frame(kAlice, source, "hello"), 100, from);
    return lab.seen.sights.empty() ? std::nullopt : lab.seen.sights.front().learned;
  };
  CHECK(learned(kBob, kRight) == LearnOutcome::kLearned);
  CHECK(learned(kBob, kRight) == LearnOutcome::kRefreshed);
  CHECK(learned(kBob, kThird) == LearnOutcome::kMoved);
  CHECK(learned(mac("02:00:00:00:00:0c"), kRight) == LearnOutcome::kFull);
}

TEST_CASE("watch: every datagram of a train that arrived is shown by itself") {
  Watched lab(Level::kEverything, {.flood_to = {kRight}});
  lab.left.underlay().receive_trains();
  for (int i = 0; i < 3; ++i)
    lab.left.underlay().arrive({.source = address(kRight),
                                .source_port = 50000,
                                .destination = remote(kLeft),
                                .tos = 0,
                                .payload = vxlan_datagram(vni(100), ethernet_frame(kAlice, kBob, "one"))});
  lab.settle();
  CHECK(lab.seen.places() ==
        Places{"from underlay", "from underlay", "from underlay", "to tap", "to tap", "to tap"});
}
