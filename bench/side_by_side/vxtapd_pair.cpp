#include <array>
#include <stdexcept>

#include "lab/overlay.hpp"
#include "lab/service.hpp"
#include "system.hpp"

namespace vxtap::bench {
namespace {

constexpr unsigned kNetwork = 42;
constexpr unsigned kFloodNetwork = 43;
constexpr unsigned kPort = 4790;  // 4789 on the same hosts is the kernel's

std::string tap_more(const VxtapdSettings& settings) {
  return settings.offload.empty() ? "" : "offload: " + settings.offload;
}

std::string flood_segment(const VxtapdSettings& settings) {
  std::string remotes;
  for (const auto& remote : flood_remotes())
    remotes += (remotes.empty() ? "\"" : ", \"") + lab::with_port(remote, kFloodPort) + "\"";
  const std::string more = tap_more(settings);
  return "  - vni: " + std::to_string(kFloodVni) +
         "\n    tap: {name: vx43, mtu: " + std::to_string(kInnerMtu) + ", addresses: [" +
         lab::overlay_address(0, lab::Family::kIpv4, kFloodNetwork) + "/24]" +
         (more.empty() ? "" : ", " + more) + "}\n    peers: {mode: static-flood, remotes: [" + remotes +
         "]}\n";
}

std::string configuration(std::size_t self, const VxtapdSettings& settings, const std::string& socket) {
  std::string out = "control: {socket: " + socket + "}\nlog: {level: warn}\n";
  if (!settings.workers.empty()) out += "workers: " + settings.workers + "\n";
  if (!settings.busy_poll.empty()) out += "busy_poll: " + settings.busy_poll + "\n";
  out += lab::segment_config(
      {.self = self, .port = kPort, .mtu = kInnerMtu, .network = kNetwork, .tap = tap_more(settings)},
      lab::unicast_to(1 - self));
  return self == 0 ? out + flood_segment(settings) : out;
}

class VxtapdPair final : public System {
 public:
  VxtapdPair(lab::Wire& wire, const VxtapdSettings& settings)
      : System("vxtap", {wire.host(0), wire.host(1), lab::overlay_address(1, lab::Family::kIpv4, kNetwork),
                         lab::overlay_address(254, lab::Family::kIpv4, kFloodNetwork)}) {
    for (std::size_t self : {0U, 1U}) daemons_.at(self) = start(wire.host(self), self, settings);
  }

  void finish() override {
    for (auto& daemon : daemons_) {
      const int code = daemon->running() ? daemon->terminate() : daemon->wait(lab::milliseconds(0)).value();
      if (code != 0)
        throw std::runtime_error("vxtapd ended with " + std::to_string(code) + ":\n" + daemon->log());
    }
  }

 private:
  static std::unique_ptr<lab::Process> start(lab::Host& host, std::size_t self,
                                             const VxtapdSettings& settings) {
    const auto stem = host.directory() / "vxtapd";
    const std::string file = stem.string() + ".yaml";
    lab::write_file(file, configuration(self, settings, stem.string() + ".sock"));
    return lab::start_service(host, {settings.directory + "/vxtapd", "--config", file}, stem);
  }

  std::array<std::unique_ptr<lab::Process>, 2> daemons_;
};

}  // namespace

std::unique_ptr<System> vxtapd_pair(lab::Wire& wire, const VxtapdSettings& settings) {
  return std::make_unique<VxtapdPair>(wire, settings);
}

}  // namespace vxtap::bench
