#include "lab/many_segments.hpp"

#include "lab/overlay.hpp"

namespace vxtap::lab {

std::string numbered_address(unsigned number, std::size_t host) {
  return "10.50." + std::to_string(number) + "." + std::to_string(host + 1);
}

std::string numbered_config(const std::vector<NumberedSegment>& segments, std::size_t self) {
  std::string out =
      "underlay: {local: " + underlay_address(self, Family::kIpv4) + ", device: eth0}\nsegments:\n";
  for (const auto& segment : segments) {
    const std::string number = std::to_string(segment.number);
    out += "  - vni: " + std::to_string(100 + segment.number) + "\n    tap: {name: vx" + number +
           ", addresses: [" + numbered_address(segment.number, self) + "/24]}\n    peers: {" + segment.peers +
           "}\n";
    if (!segment.more.empty()) out += "    " + segment.more + "\n";
  }
  return out;
}

std::string more_segments(unsigned first, std::uint64_t count) {
  std::string out;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(first + i);
    out.append("  - {vni: ").append(number).append(", tap: vx").append(number);
    out += ", peers: {mode: unicast, remote: 192.0.2.2}}\n";
  }
  return out;
}

void add_numbered_kernel_vxlan(Host& host, unsigned number) {
  const std::string device = "vx" + std::to_string(number);
  host.ip("link add " + device + " type vxlan id " + std::to_string(100 + number) +
          " dstport 4789 local 192.0.2.2 remote 192.0.2.1");
  host.ip("link set " + device + " mtu 1450 up");
  host.ip("addr add " + numbered_address(number, 1) + "/24 dev " + device);
}

}  // namespace vxtap::lab
