#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "control/daemon_api.hpp"
#include "io/sender_pool.hpp"
#include "io/udp_underlay.hpp"
#include "vxtapd/sighting.hpp"
#include "vxtapd/state.hpp"

namespace vxtap::daemon {

/// What a capture has to know of the running configuration. Control thread.
struct CaptureScene {
  struct Interface {
    std::string name;
    std::string description;
    bool operator==(const Interface&) const = default;
  };
  struct Endpoint {
    std::uint16_t port = 0;  ///< the listening one, host order
    std::shared_ptr<const io::SenderPools> senders;
  };

  std::map<CapturePlace, Interface> interfaces;  ///< of the capture's side and VNI
  std::map<TapId, std::string> tap_names;
  std::map<EndpointId, Endpoint> endpoints;

  /// The listening port of a local VTEP; 0 for one that is not there.
  std::uint16_t port(EndpointId endpoint) const {
    const auto found = endpoints.find(endpoint);
    return found == endpoints.end() ? std::uint16_t{0} : found->second.port;
  }
};

CaptureScene capture_scene(const State& state, const control::CaptureRequest& request);

}  // namespace vxtap::daemon
