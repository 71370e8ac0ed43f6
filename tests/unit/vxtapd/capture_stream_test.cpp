// Captures of a dataplane over in-memory fakes: what is chosen, and how they come and go.
#include "vxtapd/capture_stream.hpp"

#include "control/fault.hpp"
#include "inspect/frame_filter.hpp"
#include "support/ip_frames.hpp"
#include "support/printing.hpp"
#include "unit/vxtapd/capture_rig.hpp"

using namespace vxtap;
using namespace vxtap::test;
using control::CaptureRequest;
using Texts = std::vector<std::string>;

namespace {

const MacAddress kAlice = mac("02:00:00:00:00:0a");
const MacAddress kBob = mac("02:00:00:00:00:0b");
const MacAddress kAll = MacAddress::from_u64(0xFFFFFFFFFFFF);
const auto kRight = "192.0.2.2";

struct Rig : CaptureRig {
  Rig() : CaptureRig({{.vni = 100, .flood_to = {kRight}}, {.vni = 7}}) {}
};

const std::string kFlooded = "vni 100 vni100: flooded to 192.0.2.2:4789 (broadcast)";
const std::string kSent = "vni 100 vni100: sent to 192.0.2.2:4789";
const std::string kReceived =
    "vni 100 vni100: to be delivered to tap100; learned 02:00:00:00:00:0b at 192.0.2.2";
const std::string kDelivered = "vni 100 vni100: delivered to tap100";
const std::string kNoRemote =
    "vni 7 vni7: dropped: no_remote (nowhere to flood to: the segment has no remote)";

/// One packet for each comment above, in this order.
void everything(Rig& rig) {
  rig.host_sends(ethernet_frame(kAll, kAlice, "all"));
  rig.arrives(ethernet_frame(kAlice, kBob, "back"));
  rig.host_sends(ethernet_frame(kAll, kAlice, "to nobody"), {}, 7);
}

Texts seen(const CaptureRequest& request) {
  Rig rig;
  const auto stream = rig.open(request);
  everything(rig);
  return CaptureRig::finish(*stream).comments();
}

}  // namespace

TEST_CASE("capture: what passes is there with its comment") {
  CHECK(seen({}) == Texts{kFlooded, kSent, kReceived, kDelivered, kNoRemote});
}

TEST_CASE("capture: one side, one VNI, drops alone") {
  CHECK(seen({.side = CaptureRequest::Side::kTap}) == Texts{kFlooded, kDelivered, kNoRemote});
  CHECK(seen({.side = CaptureRequest::Side::kUnderlay}) == Texts{kSent, kReceived});
  CHECK(seen({.vni = vni(7)}) == Texts{kNoRemote});
  CHECK(seen({.vni = vni(100)}) == Texts{kFlooded, kSent, kReceived, kDelivered});
  CHECK(seen({.drops_only = true}) == Texts{kNoRemote});
}

TEST_CASE("capture: the filter sees the inner frame on both sides") {
  CHECK(seen({.filter = inspect::compile_filter("ether src 02:00:00:00:00:0b")}) ==
        Texts{kReceived, kDelivered});
  CHECK(seen({.filter = inspect::compile_filter("udp port 4789")}).empty());
  CHECK(seen({.drops_only = true, .filter = inspect::compile_filter("ip")}).empty());
}

TEST_CASE("capture: on a trunk the filter looks past the tag") {
  CaptureRig rig(
      {{.vni = 100, .flood_to = {kRight}}, {.vni = 110, .flood_to = {kRight}, .shares = 100, .vid = 10}});
  const auto stream = rig.open({.filter = inspect::compile_filter("udp port 53 and not vlan")});
  Bytes tagged = udp_v4();
  const Bytes tag{0x81, 0x00, 0x00, 0x0A};
  tagged.insert(tagged.begin() + 12, tag.begin(), tag.end());
  rig.host_sends(tagged);
  rig.arrives(udp_v4(), 110);
  const auto file = CaptureRig::finish(*stream);
  REQUIRE(file.packets.size() == 4);
  CHECK(file.packets[0].bytes == tagged);
  CHECK(file.packets[3].bytes == tagged);
  REQUIRE(file.interfaces.size() == 2);
  CHECK(file.interfaces[1].description == "trunk");
}

TEST_CASE("capture: there is an interface for each TAP and local VTEP, and statistics at the end") {
  Rig rig;
  const auto stream = rig.open();
  everything(rig);
  const auto file = CaptureRig::finish(*stream);
  REQUIRE(file.interfaces.size() == 3);
  CHECK(file.interfaces[0].name == "192.0.2.1:4789");
  CHECK(file.interfaces[0].link == 101);
  CHECK(file.interfaces[1].name == "tap100");
  CHECK(file.interfaces[1].description == "vni 100 vni100");
  CHECK(file.interfaces[1].link == 1);
  CHECK(file.interfaces[2].name == "tap7");
  REQUIRE(file.statistics.size() == 3);
  CHECK(file.statistics[0].received == 2);
  CHECK(file.statistics[1].received == 2);
  CHECK(file.statistics[2].received == 1);
  CHECK(file.packets[0].direction == 2);
  CHECK(file.packets[1].direction == 2);
  CHECK(file.packets[2].direction == 1);
  CHECK(file.packets[3].direction == 1);
}

TEST_CASE("capture: ends after as many packets as were asked for") {
  Rig rig;
  const auto stream = rig.open({.count = 2});
  CHECK_FALSE(stream->ended());
  everything(rig);
  std::string bytes;
  for (int i = 0; i < 10; ++i) bytes += stream->take(1000);
  CHECK(stream->ended());
  const auto file = parse_capture(bytes);
  CHECK(file.comments() == Texts{kFlooded, kSent});
  CHECK(file.statistics.size() == 3);
  CHECK_FALSE(rig.all.active());
}

TEST_CASE("capture: workers look for packets only while somebody captures") {
  Rig rig;
  CHECK_FALSE(rig.all.active());
  auto drops = rig.open({.drops_only = true});
  CHECK(rig.all.wants(true));
  CHECK_FALSE(rig.all.wants(false));
  auto everything_too = rig.open();
  CHECK(rig.all.wants(false));
  everything_too.reset();
  CHECK_FALSE(rig.all.wants(false));
  drops.reset();
  CHECK_FALSE(rig.all.active());
}

TEST_CASE("capture: what is there comes at once, with the interfaces in front") {
  Rig rig;
  const auto stream = rig.open();
  CHECK(parse_capture(stream->take(1 << 20)).interfaces.size() == 3);
  CHECK(stream->take(1 << 20).empty());
  rig.arrives(ethernet_frame(kAlice, kBob, "now"));
  CHECK(parse_capture(stream->take(1 << 20)).packets.size() == 2);
}

TEST_CASE("capture: at most four at a time, and one that ends makes room") {
  Rig rig;
  std::vector<std::unique_ptr<control::ByteStream>> streams;
  for (std::size_t i = 0; i < daemon::Captures::kMost; ++i) streams.push_back(rig.open());
  CHECK_THROWS_AS(rig.open(), control::Fault);
  streams.pop_back();
  CHECK_NOTHROW(rig.open());
}

TEST_CASE("capture: a filter that is no program is refused, and takes no place") {
  Rig rig;
  for (int i = 0; i < 10; ++i) CHECK_THROWS_AS(rig.open({.filter = {{0, 0, 0, 0}}}), control::Fault);
  CHECK_NOTHROW(rig.open());
}

TEST_CASE("capture: an interface that a reload brings is told when it is there") {
  Rig rig;
  const auto stream = rig.open({.side = CaptureRequest::Side::kTap});
  CHECK(parse_capture(stream->take(1 << 20)).interfaces.size() == 2);
  rig.captures.state_changed(state_of({{.vni = 100}, {.vni = 7}}, "192.0.2.1"));
  CHECK(stream->take(1 << 20).empty());
  rig.captures.state_changed(state_of({{.vni = 100}, {.vni = 7}, {.vni = 8}}, "192.0.2.1"));
  const auto file = parse_capture(stream->take(1 << 20));
  REQUIRE(file.interfaces.size() == 1);
  CHECK(file.interfaces[0].name == "tap8");
}

TEST_CASE("capture: a reader that does not read loses packets, and learns how many") {
  Rig rig;
  const auto stream = rig.open({.vni = vni(7)});
  const Bytes large = ethernet_frame(kAll, kAlice, std::string(8000, 'x'));
  constexpr std::size_t kSentInAll = 2000;  // of 8 KB, where 8 MiB fit
  for (std::size_t i = 0; i < kSentInAll; ++i) {
    rig.left.tap(7).send(large);
    rig.left.pump(rig.now);
  }
  std::size_t read = 0;
  const auto file = CaptureRig::finish(*stream);
  read += file.packets.size();
  REQUIRE(file.statistics.size() == 2);
  CHECK(read > 400);
  CHECK(file.statistics[1].lost == kSentInAll - read);
  CHECK(file.statistics[1].received == kSentInAll);
}
