#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <array>

#include "io/netlink.hpp"
#include "io/rtnl_address.hpp"
#include "io/rtnl_socket.hpp"

namespace vxtap::io {
namespace {

struct Route {
  int interface = 0;
  std::uint32_t mtu = 0;  ///< 0: as the interface's
};

std::optional<Route> parse_route(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWROUTE) return std::nullopt;
  std::array<nlattr*, RTA_MAX + 1> at{};
  auto* header = const_cast<nlmsghdr*>(&message);  // libnl's parser takes it so, and changes nothing
  if (nlmsg_parse(header, sizeof(rtmsg), at.data(), RTA_MAX, nullptr) < 0) return std::nullopt;
  const auto type = static_cast<const rtmsg*>(nlmsg_data(header))->rtm_type;
  if (type == RTN_UNREACHABLE || type == RTN_PROHIBIT || type == RTN_BLACKHOLE || at[RTA_OIF] == nullptr)
    return std::nullopt;
  Route route{static_cast<int>(nla_get_u32(at[RTA_OIF])), 0};
  std::array<nlattr*, RTAX_MAX + 1> metrics{};
  if (at[RTA_METRICS] != nullptr &&
      nla_parse_nested(metrics.data(), RTAX_MAX, at[RTA_METRICS], nullptr) >= 0 &&
      metrics[RTAX_MTU] != nullptr)
    route.mtu = nla_get_u32(metrics[RTAX_MTU]);
  return route;
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

std::optional<std::uint32_t> Netlink::device_mtu(const std::string& device) {
  const auto found = link(device);
  if (!found) return std::nullopt;
  return found->mtu;
}

std::optional<std::uint32_t> Netlink::path_mtu(const VtepAddress& remote, const VtepAddress& local,
                                               const std::string& device) {
  // A link-local remote and a group have a route on every interface: the local VTEP's is meant.
  const bool per_link = remote.is_multicast() || remote.is_link_local();
  const std::string via = device.empty() && per_link ? device_of(local).value_or("") : device;
  if (remote.is_multicast()) return device_mtu(via);
  const auto out = link(via);
  if (!out && !via.empty()) return std::nullopt;

  std::optional<Route> route;
  const RtnlReply reply = socket_->request(route_request(remote, local, out ? out->index : 0),
                                           [&](const nlmsghdr& answer) { route = parse_route(answer); });
  // Whatever the kernel's reason (unreachable, prohibited, the local address is not here): no way there.
  if (reply.error != 0 || !route) return std::nullopt;
  if (route->mtu != 0) return route->mtu;
  const auto outgoing = link(route->interface);
  if (!outgoing) return std::nullopt;
  return outgoing->mtu;
}

}  // namespace vxtap::io
