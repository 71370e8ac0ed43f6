#include <csignal>
#include <stdexcept>

#include "conformance/implementation.hpp"
#include "lab/overlay.hpp"
#include "lab/vxtapd.hpp"

namespace vxtap::conformance {
namespace {

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

std::string peers(const Setup& setup, const Segment& segment) {
  if (segment.remotes.empty())
    return "mode: unicast, remote: " + quoted(lab::underlay_address(1, setup.family));
  if (segment.remotes.size() == 1) return "mode: unicast, remote: " + quoted(segment.remotes.front().address);
  std::string list;
  for (const Remote& remote : segment.remotes)
    list += (list.empty() ? "" : ", ") +
            quoted(remote.port == 0 ? remote.address : lab::with_port(remote.address, remote.port));
  return "mode: static-flood, remotes: [" + list + "]";
}

std::string tap(const Segment& segment) {
  if (segment.vlan != 0) return segment.device + ", vlan: " + std::to_string(segment.vlan);
  return "{name: " + segment.device + ", mtu: " + (segment.mtu == 0 ? "auto" : std::to_string(segment.mtu)) +
         ", mac: " + quoted(lab::overlay_mac(0)) + "}";
}

/// One worker: what a case sends is decided in the order in which it was sent, whatever the flow.
std::string config(const Setup& setup) {
  std::string text =
      "workers: 1\nunderlay: {local: " + quoted(lab::underlay_address(0, setup.family)) + "}\nsegments:\n";
  for (const Segment& segment : setup.segments)
    text += "  - {vni: " + std::to_string(segment.vni) + ", tap: " + tap(segment) +
            ", underlay: {port: " + std::to_string(segment.port) +
            (segment.underlay.empty() ? "" : ", " + segment.underlay) + "}, peers: {" +
            peers(setup, segment) + "}, fdb: {" + segment.fdb + "}}\n";
  return text;
}

constexpr lab::seconds kStopPatience{60};

class VxtapdVtep final : public Implementation {
 public:
  VxtapdVtep(lab::Host& host, const Setup& setup)
      : vni_(setup.segments.front().vni), daemon_(host, config(setup)) {}

  ~VxtapdVtep() override {
    // A thousand TAPs are closed one by one, each for some 20 ms: more than a Vxtapd waits.
    daemon_.signal(SIGTERM);
    lab::eventually([&] { return !daemon_.running(); }, kStopPatience);
  }

  void add(const Entry& entry) override { fdb("add", entry); }
  void remove(const Entry& entry) override { fdb("del", entry); }

 private:
  void fdb(const std::string& verb, const Entry& entry) {
    const auto result =
        daemon_.ctl({"fdb", verb, entry.mac, "--vni", std::to_string(vni_), "--remote", entry.remote});
    if (result.exit_code != 0) throw std::runtime_error("vxtapctl fdb " + verb + ": " + result.err);
  }

  const unsigned vni_;
  lab::Vxtapd daemon_;
};

}  // namespace

std::unique_ptr<Implementation> implement_with_vxtapd(lab::Host& host, const Setup& setup) {
  return std::make_unique<VxtapdVtep>(host, setup);
}

}  // namespace vxtap::conformance
