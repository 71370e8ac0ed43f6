#include "vxtapd/tap_settings.hpp"

#include <pwd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <set>
#include <stdexcept>
#include <tuple>

#include "io/stable_mac.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/ports.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::daemon {
namespace {

constexpr std::uint32_t kFallbackUnderlayMtu = 1500;

constexpr std::uint32_t kLargestTapMtu = 65521;  // tun: 65535 less the Ethernet header

/// What the underlay towards one remote leaves to the inner packet; without a route, the local link's.
std::uint32_t inner_mtu(const config::Underlay& underlay, const VtepAddress& remote, io::Netlink& netlink) {
  auto mtu =
      remote.is_unspecified() ? std::nullopt : netlink.path_mtu(remote, underlay.local, underlay.link());
  if (!mtu) {
    const auto device = netlink.device_of(underlay.local);
    const auto link = device ? netlink.link(*device) : std::nullopt;
    mtu = link ? link->mtu : kFallbackUnderlayMtu;
  }
  const auto overhead = underlay.local.is_v4() ? kEncapOverheadV4 : kEncapOverheadV6;
  return *mtu > overhead ? *mtu - overhead : *mtu;
}

/// The smallest of all the segments' remotes. Thousands of segments may share a few remotes.
std::uint32_t fitting_mtu(const TapSegments& segments, io::Netlink& netlink) {
  std::uint32_t smallest = kLargestTapMtu;
  std::set<std::tuple<VtepAddress, VtepAddress, std::string>> asked;
  for (const config::Segment* segment : segments) {
    const auto& underlay = segment->underlay;
    auto remotes = segment->peers.remotes;
    if (remotes.empty()) remotes.emplace_back();  // they come over the control socket: the local link counts
    for (const auto& remote : remotes)
      if (asked.emplace(remote.address, underlay.local, underlay.link()).second)
        smallest = std::min(smallest, inner_mtu(underlay, remote.address, netlink));
  }
  return smallest;
}

/// A superframe that fits one train. One that does not leaves as a train and a leftover, which costs a
/// second, almost empty send: measured, a fifth of TCP's throughput.
io::GsoLimits fitting_superframe(std::uint32_t mtu) {
  constexpr std::uint32_t kLeastHeaders = 40;     // IPv4 and TCP without options
  constexpr std::uint32_t kKernelsHeaders = 321;  // MAX_TCP_HEADER + 1 at its largest (sk_setup_caps)
  constexpr std::uint32_t kLargest = 65536;
  constexpr std::uint32_t kSmallestMtu = 68;  // RFC 791
  const std::uint32_t usable = std::max(mtu, kSmallestMtu);
  const std::uint32_t datagram = usable + kEthernetHeaderSize + kVxlanHeaderSize;
  const auto packets = std::clamp<std::uint32_t>(kMaxTrainBytes / datagram, 1, kMaxTrainDatagrams);
  return {std::min(packets * (usable - kLeastHeaders) + kKernelsHeaders, kLargest), packets};
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

io::TapSettings resolve_tap(const TapSegments& segments, std::size_t workers, io::Netlink& netlink,
                            std::vector<std::string>& warnings) {
  const config::Tap& tap = segments.front()->tap;
  io::TapSettings settings{.name = tap.name,
                           .mtu = fitting_mtu(segments, netlink),
                           .mac = tap.mac.value_or(MacAddress{}),
                           .addresses = {},
                           .master = tap.master,
                           .up = tap.up,
                           .queues = static_cast<unsigned>(workers),
                           .owner = owner_of(tap),
                           .persist = tap.persist,
                           .offload = tap.offload,
                           .gso = {}};
  if (!tap.mac) settings.mac = io::stable_mac(io::machine_id(), tap.name, segments.front()->underlay.local);
  if (tap.mtu && *tap.mtu > settings.mtu)
    warnings.push_back("tap " + tap.name + ": mtu " + std::to_string(*tap.mtu) + " exceeds the " +
                       std::to_string(settings.mtu) +
                       " that the underlay carries: larger packets leave in fragments, or their sender is "
                       "told; set `mtu: auto`, or keep it for a bridge whose other ports need it");
  if (tap.mtu) settings.mtu = *tap.mtu;
  settings.gso = fitting_superframe(settings.mtu);
  if (tap.queues && *tap.queues > workers)
    warnings.push_back("tap " + tap.name + ": " + std::to_string(*tap.queues) + " queues for " +
                       std::to_string(workers) + " workers; using " + std::to_string(workers));
  if (tap.queues) settings.queues = std::min(*tap.queues, settings.queues);
  for (const auto& [address, prefix_length] : tap.addresses)
    settings.addresses.push_back({address, prefix_length});
  return settings;
}

}  // namespace vxtap::daemon
