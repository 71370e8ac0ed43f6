#include "conformance/topic.hpp"
#include "support/catch.hpp"

// Two segments on one host have nothing in common but the host.

using namespace vxtap::conformance;
using vxtap::lab::Bytes;
using vxtap::lab::vxlan;
using Direction = vxtap::lab::Observer::Direction;

namespace {

/// vx42 and vx43, both with all hosts as their flood list.
Setup two_segments(unsigned second_vni = 43, unsigned second_port = 4789) {
  return {.segments = {
              {.remotes = all_remotes()},
              {.vni = second_vni, .device = "vx43", .port = second_port, .remotes = all_remotes()},
          }};
}

bool comes_out(Stage& stage, const std::string& device, const Bytes& frame) {
  return stage.device(device).wait_for(1, Direction::kIn, [&](const Bytes& bytes) { return bytes == frame; });
}

std::size_t already_out(Stage& stage, const std::string& device, const Bytes& frame) {
  return stage.device(device).count(Direction::kIn, [&](const Bytes& bytes) { return bytes == frame; });
}

/// "VNI 42 at 1": where a frame sent on the device has been, told by each copy's VNI and port.
std::string whereabouts(Stage& stage, const std::string& device, const Bytes& frame) {
  vxtap::lab::send_frame(stage.host(), device, frame);
  const Bytes last = stage.frame_to(kBroadcast);
  vxtap::lab::send_frame(stage.host(), device, last);
  std::string text;
  for (std::size_t remote = 1; remote <= Stage::kRemotes; ++remote) {
    stage.seen(last, remote);
    for (const auto& copy : stage.copies(frame, remote))
      text += (text.empty() ? "" : ", ") + std::string("VNI ") + std::to_string(copy.vni()) + " port " +
              std::to_string(copy.destination_port) + " at " + std::to_string(remote);
  }
  return text;
}

/// The same MAC is heard in both segments, from different remotes.
std::string same_mac_twice(Stage& stage) {
  const auto& second = stage.setup().segments.at(1);
  stage.device("vx43");
  const auto mac = stage.station();
  stage.hear(mac, 1);
  const Bytes frame = stage.frame_from(mac);
  vxtap::lab::send_underlying(stage.wire(),
                              {.from = 2, .destination_port = static_cast<std::uint16_t>(second.port)},
                              vxlan(second.vni, frame));
  if (!comes_out(stage, "vx43", frame)) return "nothing came out of vx43";
  return whereabouts(stage, "vx42", stage.frame_to(mac)) + "; " +
         whereabouts(stage, "vx43", stage.frame_to(mac));
}

/// Where a packet of this VNI to this port comes out.
auto way_in(std::uint32_t vni, std::uint16_t port) {
  return [=](Stage& stage) -> std::string {
    stage.device("vx43");
    const Bytes frame = stage.frame_from(stage.station());
    stage.let_in({vxlan(vni, frame)}, {.destination_port = port});
    // The good packet behind it is one of vx42; one for vx43 must be through, too.
    const auto& second = stage.setup().segments.at(1);
    const Bytes last = stage.frame_from(stage.station());
    vxtap::lab::send_underlying(stage.wire(), {.destination_port = static_cast<std::uint16_t>(second.port)},
                                vxlan(second.vni, last));
    if (!comes_out(stage, "vx43", last)) return "nothing came out of vx43";
    return std::to_string(already_out(stage, "vx42", frame)) + " from vx42, " +
           std::to_string(already_out(stage, "vx43", frame)) + " from vx43";
  };
}

/// A flood on one device: nothing of it may come out of the other.
std::string flood_of_one(Stage& stage) {
  return whereabouts(stage, "vx43", stage.frame_to(kBroadcast));
}

std::string ports_of_remotes(Stage& stage) {
  return whereabouts(stage, "vx42", stage.frame_to(kBroadcast));
}

}  // namespace

TEST_CASE("conformance: isolation") {
  const Setup vnis = two_segments();
  const Setup ports = two_segments(43, 8472);
  const Setup same_vni = two_segments(42, 8472);
  auto remotes = all_remotes();
  remotes.at(1).port = 8472;
  run_topic("isolation",
            {
                {"one MAC in two VNIs, at remotes 1 and 2", vnis, same_mac_twice,
                 "VNI 42 port 4789 at 1; VNI 43 port 4789 at 2"},
                {"a packet of VNI 42", vnis, way_in(42, 4789), "1 from vx42, 0 from vx43"},
                {"a packet of VNI 43", vnis, way_in(43, 4789), "0 from vx42, 1 from vx43"},
                {"a broadcast of VNI 43", vnis, flood_of_one,
                 "VNI 43 port 4789 at 1, VNI 43 port 4789 at 2, VNI 43 port 4789 at 3"},
                {"42 on 4789, 43 on 8472: one MAC in both", ports, same_mac_twice,
                 "VNI 42 port 4789 at 1; VNI 43 port 8472 at 2"},
                {"VNI 43 to port 8472", ports, way_in(43, 8472), "0 from vx42, 1 from vx43"},
                {"VNI 42 to port 8472", ports, way_in(42, 8472), "0 from vx42, 0 from vx43"},
                {"VNI 43 to port 4789", ports, way_in(43, 4789), "0 from vx42, 0 from vx43"},
                {"VNI 42 on both ports: one MAC in both", same_vni, same_mac_twice,
                 "VNI 42 port 4789 at 1; VNI 42 port 8472 at 2"},
                {"VNI 42 on both ports, to 8472", same_vni, way_in(42, 8472), "0 from vx42, 1 from vx43"},
                {"one remote of the flood list on 8472",
                 {.segments = {{.remotes = remotes}}},
                 ports_of_remotes,
                 "VNI 42 port 4789 at 1, VNI 42 port 8472 at 2, VNI 42 port 4789 at 3"},
            });
}
