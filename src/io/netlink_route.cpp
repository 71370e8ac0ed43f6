#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "io/netlink.hpp"
#include "io/rtnl_address.hpp"
#include "io/rtnl_socket.hpp"

namespace vxtap::io {
namespace {

/// A route as the kernel tells it.
struct KernelRoute {
  int interface = 0;
  Route route;  ///< without its device; mtu 0: as the interface's
};

/// RTA_VIA: a gateway of another address family (struct rtvia: the family, then the address).
std::optional<VtepAddress> via_at(const nlattr* attribute) {
  constexpr std::size_t kAddress = sizeof(std::uint16_t);
  std::array<std::uint8_t, 16> octets{};
  if (attribute == nullptr || nla_len(attribute) != static_cast<int>(kAddress + octets.size()))
    return std::nullopt;
  std::memcpy(octets.data(), static_cast<const std::uint8_t*>(nla_data(attribute)) + kAddress, octets.size());
  return VtepAddress::from_v6(octets);
}

std::optional<KernelRoute> parse_route(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWROUTE) return std::nullopt;
  std::array<nlattr*, RTA_MAX + 1> at{};
  auto* header = const_cast<nlmsghdr*>(&message);  // libnl's parser takes it so, and changes nothing
  if (nlmsg_parse(header, sizeof(rtmsg), at.data(), RTA_MAX, nullptr) < 0) return std::nullopt;
  const auto type = static_cast<const rtmsg*>(nlmsg_data(header))->rtm_type;
  if (type == RTN_UNREACHABLE || type == RTN_PROHIBIT || type == RTN_BLACKHOLE || at[RTA_OIF] == nullptr)
    return std::nullopt;
  KernelRoute found{.interface = static_cast<int>(nla_get_u32(at[RTA_OIF])), .route = {}};
  found.route.gateway = at[RTA_GATEWAY] != nullptr ? address_of(at[RTA_GATEWAY]) : via_at(at[RTA_VIA]);
  found.route.source = address_of(at[RTA_PREFSRC]);
  std::array<nlattr*, RTAX_MAX + 1> metrics{};
  if (at[RTA_METRICS] != nullptr &&
      nla_parse_nested(metrics.data(), RTAX_MAX, at[RTA_METRICS], nullptr) >= 0 &&
      metrics[RTAX_MTU] != nullptr)
    found.route.mtu = nla_get_u32(metrics[RTAX_MTU]);
  return found;
}

RtnlMessage route_request(const VtepAddress& remote, const VtepAddress& local, int interface) {
  rtmsg header{};
  header.rtm_family = family_of(remote);
  header.rtm_dst_len = bits_of(remote);
  if (!local.is_unspecified()) header.rtm_src_len = bits_of(local);
  RtnlMessage message(RTM_GETROUTE, 0, header);
  message.put(RTA_DST, remote.octets());
  if (!local.is_unspecified()) message.put(RTA_SRC, local.octets());
  if (interface != 0) message.put(RTA_OIF, static_cast<std::uint32_t>(interface));
  return message;
}

}  // namespace

std::optional<Route> Netlink::link_route(const std::string& device) {
  const auto found = link(device);
  if (!found) return std::nullopt;
  return Route{found->name, std::nullopt, std::nullopt, found->mtu};
}

std::optional<Route> Netlink::route(const VtepAddress& remote, const VtepAddress& local,
                                    const std::string& device) {
  // A link-local remote and a group have a route on every interface: the local VTEP's is meant.
  const bool per_link = remote.is_multicast() || remote.is_link_local();
  const std::string via = device.empty() && per_link ? device_of(local).value_or("") : device;
  if (remote.is_multicast()) return link_route(via);
  const auto out = link(via);
  if (!out && !via.empty()) return std::nullopt;

  std::optional<KernelRoute> found;
  const RtnlReply reply = socket_->request(route_request(remote, local, out ? out->index : 0),
                                           [&](const nlmsghdr& answer) { found = parse_route(answer); });
  // Whatever the kernel's reason (unreachable, prohibited, the local address is not here): no way there.
  if (reply.error != 0 || !found) return std::nullopt;
  const auto outgoing = link(found->interface);
  if (!outgoing) return std::nullopt;
  found->route.device = outgoing->name;
  if (found->route.mtu == 0) found->route.mtu = outgoing->mtu;
  return found->route;
}

std::optional<std::uint32_t> Netlink::path_mtu(const VtepAddress& remote, const VtepAddress& local,
                                               const std::string& device) {
  const auto found = route(remote, local, device);
  if (!found) return std::nullopt;
  return found->mtu;
}

int Netlink::route_error(const VtepAddress& remote, const VtepAddress& local, const std::string& device) {
  const auto out = link(device);
  if (!out && !device.empty()) return ENODEV;
  bool found = false;
  const RtnlReply reply =
      socket_->request(route_request(remote, local, out ? out->index : 0),
                       [&](const nlmsghdr& answer) { found = parse_route(answer).has_value(); });
  if (reply.error != 0) return reply.error;
  return found ? 0 : ENETUNREACH;
}

}  // namespace vxtap::io
