#include "vxtapd/tap_settings.hpp"

#include <pwd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <stdexcept>

#include "io/stable_mac.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::daemon {
namespace {

constexpr std::uint32_t kFallbackUnderlayMtu = 1500;

/// What the smallest underlay MTU towards the peers leaves to the inner packet.
std::uint32_t fitting_mtu(const config::Segment& segment, io::Netlink& netlink) {
  const auto& underlay = segment.underlay;
  std::uint32_t smallest = 0;
  for (const auto& remote : segment.peers.remotes) {
    const auto mtu = netlink.path_mtu(remote.address, underlay.local, underlay.device);
    if (mtu && (smallest == 0 || *mtu < smallest)) smallest = *mtu;
  }
  if (smallest == 0) {
    const auto device = netlink.device_of(underlay.local);
    const auto link = device ? netlink.link(*device) : std::nullopt;
    smallest = link ? link->mtu : kFallbackUnderlayMtu;
  }
  const auto overhead = underlay.local.is_v4() ? kEncapOverheadV4 : kEncapOverheadV6;
  constexpr std::uint32_t kLargestTapMtu = 65521;  // tun: 65535 less the Ethernet header
  return std::min(smallest > overhead ? smallest - overhead : smallest, kLargestTapMtu);
}

std::optional<uid_t> owner_of(const config::Tap& tap) {
  if (tap.owner.empty()) return std::nullopt;
  uid_t number = 0;
  const char* end = tap.owner.data() + tap.owner.size();
  if (const auto parsed = std::from_chars(tap.owner.data(), end, number);
      parsed.ec == std::errc{} && parsed.ptr == end)
    return number;
  if (const passwd* user = getpwnam(tap.owner.c_str())) return user->pw_uid;
  throw std::runtime_error("tap " + tap.name + ": owner '" + tap.owner +
                           "' is no user of this host; create it or correct `owner`");
}

}  // namespace

io::TapSettings resolve_tap(const config::Segment& segment, std::size_t workers, io::Netlink& netlink,
                            std::vector<std::string>& warnings) {
  const config::Tap& tap = segment.tap;
  io::TapSettings settings{.name = tap.name,
                           .mtu = fitting_mtu(segment, netlink),
                           .mac = tap.mac.value_or(MacAddress{}),
                           .addresses = {},
                           .master = tap.master,
                           .up = tap.up,
                           .queues = static_cast<unsigned>(workers),
                           .owner = owner_of(tap),
                           .persist = tap.persist};
  if (!tap.mac) settings.mac = io::stable_mac(io::machine_id(), tap.name, segment.underlay.local);
  if (tap.mtu && *tap.mtu > settings.mtu)
    warnings.push_back("tap " + tap.name + ": mtu " + std::to_string(*tap.mtu) + " exceeds the " +
                       std::to_string(settings.mtu) +
                       " that the underlay carries: large packets will be fragmented; set `mtu: auto`");
  if (tap.mtu) settings.mtu = *tap.mtu;
  if (tap.queues && *tap.queues > workers)
    warnings.push_back("tap " + tap.name + ": " + std::to_string(*tap.queues) + " queues for " +
                       std::to_string(workers) + " workers; using " + std::to_string(workers));
  if (tap.queues) settings.queues = std::min(*tap.queues, settings.queues);
  for (const auto& [address, prefix_length] : tap.addresses)
    settings.addresses.push_back({address, prefix_length});
  return settings;
}

}  // namespace vxtap::daemon
