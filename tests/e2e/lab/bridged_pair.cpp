#include "lab/bridged_pair.hpp"

#include "lab/example.hpp"

namespace vxtap::lab {

BridgedPair::BridgedPair(const Network& network, const Setting& setting, const std::string& tap_key)
    : bridge(network.bridge), device(network.device) {
  const auto config = [&](const std::string& host) {
    const std::string text = example(network.example, host, setting.family);
    return tap_key.empty() ? text : with_tap_key(text, tap_key);
  };
  for (const std::size_t side : {0U, 1U}) {
    wire.host(side).ip("link add " + bridge + " type bridge");
    wire.host(side).ip("link set " + bridge + " up");
  }
  if (setting.peer == Peer::kVxtapd) {
    far.emplace(wire.host(1), config("h2"));
  } else {
    add_kernel_device(wire.host(1),
                      {.self = 1, .family = setting.family, .vni = network.vni, .device = network.device},
                      "remote " + underlay_address(0, setting.family));
    wire.host(1).ip("link set " + network.device + " master " + bridge + " up");
  }
  near.emplace(wire.host(0), config("h1"));
}

Host& BridgedPair::plug(std::size_t side, const std::string& prefix, unsigned mtu) {
  Host& host = wire.host(side);
  Host& guest = guests.emplace_back();
  const std::string port = "guest" + std::to_string(guests.size());
  connect(host, port, guest, "eth0");
  host.ip("link set " + port + " master " + bridge);
  guest.ip("link set eth0 mtu " + std::to_string(mtu != 0 ? mtu : host.interface_mtu(device).value()));
  guest.ip("addr add " + prefix + " dev eth0");
  return guest;
}

}  // namespace vxtap::lab
