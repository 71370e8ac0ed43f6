#include "vxtapd/capture_scene.hpp"

namespace vxtap::daemon {
namespace {

using Side = control::CaptureRequest::Side;

void add_tap(CaptureScene& scene, const State& state, const SegmentRecord& segment) {
  const config::Segment& config = segment.config;
  const auto added = scene.interfaces.try_emplace(
      {true, segment.tap},
      CaptureScene::Interface{
          state.taps.at(segment.tap).settings.name,
          config.vlan ? "trunk" : "vni " + std::to_string(config.vni.value()) + " " + config.name});
  if (!added.second) added.first->second.description = "trunk";  // it has another segment
}

}  // namespace

CaptureScene capture_scene(const State& state, const control::CaptureRequest& request) {
  CaptureScene scene;
  for (const auto& segment : state.segments) {
    if (request.vni && *request.vni != segment.config.vni) continue;
    if (request.side != Side::kUnderlay) add_tap(scene, state, segment);
    if (request.side == Side::kTap) continue;
    const config::Underlay& underlay = segment.config.underlay;
    scene.interfaces.try_emplace(
        {false, segment.key.endpoint},
        CaptureScene::Interface{to_string(Remote{underlay.local, underlay.port}),
                                underlay.device.empty() ? "" : "device " + underlay.device});
  }
  for (const auto& [id, tap] : state.taps) scene.tap_names[id] = tap.settings.name;
  for (const auto& endpoint : state.endpoints)
    scene.endpoints[endpoint.id] = {endpoint.vtep.port, endpoint.senders};
  return scene;
}

}  // namespace vxtap::daemon
