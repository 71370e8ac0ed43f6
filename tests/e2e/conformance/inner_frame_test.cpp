#include "conformance/topic.hpp"
#include "support/catch.hpp"

// Which inner frames pass, and that they pass as they are.

using namespace vxtap::conformance;
using vxtap::lab::Bytes;
using vxtap::lab::overlay_mac;
using vxtap::lab::test_frame;

namespace {

std::string let_in(Stage& stage, const Bytes& frame) {
  const auto frames = stage.let_in({vxtap::lab::vxlan(42, frame)});
  if (frames.empty()) return "dropped";
  return frames == std::vector<Bytes>{frame} ? "as sent" : "changed";
}

auto in_from(const std::string& source) {
  return [=](Stage& stage) { return let_in(stage, test_frame(source, overlay_mac(0), stage.next_mark())); };
}

auto in_to(const std::string& destination) {
  return [=](Stage& stage) {
    return let_in(stage, test_frame(stage.station(), destination, stage.next_mark()));
  };
}

/// A frame the device gets from its own host, and what of it arrives.
std::string sent_out(Stage& stage, const Bytes& frame) {
  stage.send(frame);
  return stage.reaches(frame, 1) ? "as sent" : "dropped or changed";
}

/// Frames of that many bytes, header included, in both directions.
auto of_size(std::size_t size) {
  return [=](Stage& stage) {
    Bytes out = test_frame(overlay_mac(0), stage.station(), 0);
    Bytes in = test_frame(stage.station(), overlay_mac(0), 0);
    out.resize(size, 0x5A);
    in.resize(size, 0xA5);
    return "out " + sent_out(stage, out) + ", in " + let_in(stage, in);
  };
}

/// With an 802.1Q header in front of the EtherType: VID 10, priority 3.
Bytes tagged(Bytes frame) {
  const Bytes tag{0x81, 0x00, 0x60, 0x0A};
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  return frame;
}

std::string tagged_out(Stage& stage) {
  return sent_out(stage, tagged(stage.frame_to(stage.station())));
}

std::string tagged_in(Stage& stage) {
  return stage.verdict(vxtap::lab::vxlan(42, tagged(stage.frame_from(stage.station()))));
}

/// IEEE 802.3 with a length in place of a type, as spanning tree has.
std::string with_length_field(Stage& stage) {
  Bytes out = stage.frame_to(stage.station());
  Bytes in = stage.frame_from(stage.station());
  out[12] = in[12] = 0;
  out[13] = in[13] = 46;
  return "out " + sent_out(stage, out) + ", in " + let_in(stage, in);
}

}  // namespace

TEST_CASE("conformance: inner frame") {
  const Setup no_learning{.segments = {{.kernel = "nolearning", .fdb = "learning: false"}}};
  constexpr auto kZero = "00:00:00:00:00:00";
  constexpr auto kMulticast = "01:00:5e:01:02:03";
  run_topic("inner frame",
            {
                {"source zero", {}, in_from(kZero), "dropped"},
                {"source multicast", {}, in_from(kMulticast), "dropped"},
                {"source broadcast", {}, in_from(kBroadcast), "dropped"},
                {"source the device's own", {}, in_from(overlay_mac(0)), "dropped"},
                {"source another", {}, in_from("02:99:00:00:00:01"), "as sent"},
                {"learning off, source zero", no_learning, in_from(kZero), "as sent"},
                {"learning off, source multicast", no_learning, in_from(kMulticast), "as sent"},
                {"learning off, source the device's own", no_learning, in_from(overlay_mac(0)), "dropped"},
                {"destination broadcast", {}, in_to(kBroadcast), "as sent"},
                {"destination multicast", {}, in_to(kMulticast), "as sent"},
                {"destination another station", {}, in_to("02:99:00:00:00:02"), "as sent"},
                {"destination zero", {}, in_to(kZero), "as sent"},
                {"14 bytes, a header alone", {}, of_size(14), "out as sent, in as sent"},
                {"15 bytes", {}, of_size(15), "out as sent, in as sent"},
                {"60 bytes", {}, of_size(60), "out as sent, in as sent"},
                {"1464 bytes", {}, of_size(1464), "out as sent, in as sent"},
                {"an 802.1Q tag, out", {}, tagged_out, "as sent"},
                {"an 802.1Q tag, in", {}, tagged_in, "passed"},
                {"a length in place of a type", {}, with_length_field, "out as sent, in as sent"},
            });
}
