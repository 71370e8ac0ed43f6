#include "lab/overlay.hpp"
#include "system.hpp"

namespace vxtap::bench {
namespace {

constexpr unsigned kNetwork = 52;
constexpr unsigned kFloodNetwork = 53;

lab::Vtep vtep(std::size_t self) {
  return {.self = self, .device = "kernel42", .mtu = kInnerMtu, .network = kNetwork};
}

void add_flood_segment(lab::Host& host) {
  const lab::Vtep flood{
      .vni = kFloodVni, .device = "kernel43", .port = kFloodPort, .mtu = kInnerMtu, .network = kFloodNetwork};
  add_kernel_vxlan(host, flood, "");
  std::string commands;
  for (const auto& remote : flood_remotes())
    commands += "fdb append 00:00:00:00:00:00 dev " + flood.device + " dst " + remote + "\n";
  const auto file = host.directory() / "kernel43.fdb";
  lab::write_file(file, commands);
  host.must("bridge -batch " + file.string());
}

}  // namespace

std::unique_ptr<System> kernel_vxlan(lab::Wire& wire) {
  for (std::size_t self : {0U, 1U})
    add_kernel_vxlan(wire.host(self), vtep(self),
                     "remote " + lab::underlay_address(1 - self, lab::Family::kIpv4));
  add_flood_segment(wire.host(0));
  return std::make_unique<System>(
      "kernel", Path{wire.host(0), wire.host(1), lab::overlay_address(1, lab::Family::kIpv4, kNetwork),
                     lab::overlay_address(254, lab::Family::kIpv4, kFloodNetwork)});  // its last octet is 255
}

}  // namespace vxtap::bench
