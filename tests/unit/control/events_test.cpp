#include "control/events.hpp"

#include <boost/json/object.hpp>

#include "support/catch.hpp"
#include "support/values.hpp"

using namespace vxtap;
using control::EventTopic;
using control::FdbAction;
using control::to_text;

TEST_CASE("events of the FDB as the contract writes them") {
  control::FdbEvent event{.action = FdbAction::kLearned,
                          .mac = test::mac("02:00:00:00:00:09"),
                          .vni = test::vni(42),
                          .segment = "blue",
                          .remote = test::remote("192.0.2.9")};
  CHECK(to_text(control::fdb_event(event)) ==
        R"({"event":"fdb","action":"learned","mac":"02:00:00:00:00:09","vni":42,"segment":"blue",)"
        R"("dst":"192.0.2.9","port":4789})");
  event.action = FdbAction::kMoved;
  event.remote = test::remote("2001:db8::9", 8472);
  event.from = test::address("192.0.2.9");
  CHECK(to_text(control::fdb_event(event)) ==
        R"({"event":"fdb","action":"moved","mac":"02:00:00:00:00:09","vni":42,"segment":"blue",)"
        R"("dst":"2001:db8::9","port":8472,"from":"192.0.2.9"})");
  for (const auto& [action, word] :
       {std::pair(FdbAction::kAged, "aged"), std::pair(FdbAction::kAdded, "added"),
        std::pair(FdbAction::kDeleted, "deleted"), std::pair(FdbAction::kHeld, "held")}) {
    event.action = action;
    CHECK(control::fdb_event(event).at("action") == word);
  }
}

TEST_CASE("events of the configuration, and of what was lost") {
  CHECK(to_text(control::config_event({})) == R"({"event":"config","action":"reloaded","messages":[]})");
  CHECK(to_text(control::config_event({false, {"a", "b"}})) ==
        R"({"event":"config","action":"refused","messages":["a","b"]})");
  CHECK(to_text(control::lost_event(17)) == R"({"event":"lost","count":17})");
}

TEST_CASE("events of drops: what is not known, or not of this drop, is null") {
  CHECK(
      to_text(control::drop_event({.reason = vxtap::DropReason::kTapRunt, .size = 3})) ==
      R"({"event":"drop","reason":"tap_runt","meaning":"frame from the TAP too short, or its offload wrong",)"
      R"("vni":null,"segment":null,"remote":null,"port":null,"error":null,"size":3,"bytes":""})");
  const std::array<std::uint8_t, 3> bytes{0x00, 0x9A, 0xFF};
  CHECK(to_text(control::drop_event({.reason = vxtap::DropReason::kUnderlaySendFailed,
                                     .vni = vxtap::Vni::from(42),
                                     .segment = "blue",
                                     .remote = test::remote("192.0.2.9", 4789),
                                     .error = "no route to host",
                                     .size = 108,
                                     .bytes = bytes})) ==
        R"({"event":"drop","reason":"underlay_send_failed","meaning":"the kernel refused to send one copy",)"
        R"("vni":42,"segment":"blue","remote":"192.0.2.9","port":4789,"error":"no route to host","size":108,)"
        R"("bytes":"009aff"})");
  CHECK(to_text(control::drops_left_out_event(vxtap::DropReason::kTooBig, 9)) ==
        R"({"event":"drops_left_out","reason":"too_big","count":9})");
}

TEST_CASE("events of segments") {
  CHECK(
      to_text(control::segment_event(control::SegmentAction::kDown, *vxtap::Vni::from(42), "blue", "vx42")) ==
      R"({"event":"segment","action":"down","vni":42,"segment":"blue","tap":"vx42"})");
  CHECK(
      control::segment_event(control::SegmentAction::kRemoved, *vxtap::Vni::from(42), "", "").at("action") ==
      "removed");
}

TEST_CASE("event topics and their words") {
  CHECK(control::word(EventTopic::kFdb) == "fdb");
  CHECK(control::word(EventTopic::kConfig) == "config");
  CHECK(control::parse_event_topic("fdb") == EventTopic::kFdb);
  CHECK(control::parse_event_topic("config") == EventTopic::kConfig);
  CHECK(control::parse_event_topic("drops") == EventTopic::kDrops);
  CHECK(control::parse_event_topic("segments") == EventTopic::kSegments);
  for (const auto* word : {"", "drop", "taps", "FDB", "fdb "}) CHECK_FALSE(control::parse_event_topic(word));
}
