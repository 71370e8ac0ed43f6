#pragma once

#include <map>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "iproute2/words.hpp"

namespace vxtap::iproute2 {

/// UDP port of the kernel's driver where a device names none (drivers/net/vxlan: vxlan_port).
inline constexpr std::uint16_t kKernelPort = 8472;
/// net.ipv4.ip_local_port_range as the kernel starts with it: where source ports come from without `srcport`.
inline constexpr config::PortRange kKernelSourcePorts{32768, 60999};
/// Of a device without `dev` (ETH_DATA_LEN).
inline constexpr std::uint32_t kKernelMtu = 1500;

/// A vxlan device as the commands so far made it. `segment` grows with the options; what depends on several
/// of them is kept beside it until complete().
struct Device {
  Word name;
  config::Segment segment;
  std::map<std::string, std::string> remarks;  ///< comments for the file, by key of underlay or tap

  std::optional<Word> vni;
  std::optional<VtepAddress> peer;  ///< remote or group
  std::optional<Word> local, group, label, external, vnifilter, gpe, udpcsum, zero_checksum_v6;
  std::optional<std::uint16_t> port;
  std::optional<config::PortRange> source_port;
  bool udp_checksum = true;     ///< of `[no]udpcsum`, for IPv4
  bool udp_checksum_v6 = true;  ///< of `[no]udp6zerocsumtx`
  std::vector<Remote> flood;    ///< of all-zero entries; port 0: the device's
};

}  // namespace vxtap::iproute2
