#include "io/netlink.hpp"

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/msg.h>

#include <cerrno>
#include <random>
#include <utility>

#include "io/rtnl_socket.hpp"
#include "io/system_error.hpp"

namespace vxtap::io {
namespace {

ifinfomsg link_header(int index) {
  ifinfomsg header{};
  header.ifi_index = index;
  return header;
}

RtnlMessage set_link(const LinkInfo& link) {
  return {RTM_SETLINK, 0, link_header(link.index)};
}

}  // namespace

Netlink::Netlink() : socket_(std::make_unique<RtnlSocket>()) {}
Netlink::~Netlink() = default;
Netlink::Netlink(Netlink&&) noexcept = default;
Netlink& Netlink::operator=(Netlink&&) noexcept = default;

std::optional<LinkInfo> Netlink::link(const std::string& name) {
  if (name.empty() || name.size() >= IF_NAMESIZE) return std::nullopt;
  RtnlMessage message(RTM_GETLINK, 0, link_header(0));
  message.put(IFLA_IFNAME, name);
  return get_link(message);
}

std::optional<LinkInfo> Netlink::link(int index) {
  if (index <= 0) return std::nullopt;
  return get_link(RtnlMessage(RTM_GETLINK, 0, link_header(index)));
}

std::optional<LinkInfo> Netlink::get_link(const RtnlMessage& message) {
  std::optional<LinkInfo> found;
  const RtnlReply reply =
      socket_->request(message, [&](const nlmsghdr& answer) { found = parse_link(answer); });
  if (reply.error == ENODEV) return std::nullopt;
  if (reply.error != 0) throw SystemError("reading an interface", reply.error, reply.detail);
  return found;
}

std::vector<LinkInfo> Netlink::links() {
  for (;;) {
    std::vector<LinkInfo> all;
    const RtnlReply reply =
        socket_->request(RtnlMessage(RTM_GETLINK, NLM_F_DUMP, link_header(0)), [&](const nlmsghdr& answer) {
          if (auto link = parse_link(answer)) all.push_back(*link);
        });
    if (reply.error == 0) return all;
    if (reply.error != EINTR) throw SystemError("list of interfaces", reply.error, reply.detail);
  }
}

void Netlink::change(const LinkInfo& link, const RtnlMessage& message, const std::string& what,
                     const char* unsupported) {
  const RtnlReply reply = socket_->request(message);
  const bool silent = reply.error == EOPNOTSUPP && reply.detail.empty();
  if (reply.error != 0)
    throw SystemError(link.name + " " + what, reply.error, silent ? unsupported : reply.detail);
}

void Netlink::set_mtu(const LinkInfo& link, std::uint32_t mtu) {
  const std::string what = "mtu " + std::to_string(mtu);
  if (mtu < link.min_mtu || (link.max_mtu != 0 && mtu > link.max_mtu))
    throw SystemError(link.name + " " + what, EINVAL,
                      "it takes " + std::to_string(link.min_mtu) + " to " + std::to_string(link.max_mtu) +
                          ": set a number within");
  RtnlMessage message = set_link(link);
  message.put(IFLA_MTU, mtu);
  change(link, message, what);
}

void Netlink::set_mac(const LinkInfo& link, const MacAddress& mac) {
  RtnlMessage message = set_link(link);
  message.put(IFLA_ADDRESS, BytesView(mac.octets()));
  change(link, message, "mac " + mac.to_string());
}

void Netlink::set_up(const LinkInfo& link, bool up) {
  ifinfomsg header = link_header(link.index);
  header.ifi_change = IFF_UP;
  header.ifi_flags = up ? IFF_UP : 0;
  change(link, RtnlMessage(RTM_SETLINK, 0, header), up ? "up" : "down");
}

void Netlink::set_master(const LinkInfo& link, const LinkInfo* master) {
  RtnlMessage message = set_link(link);
  message.put(IFLA_MASTER, static_cast<std::uint32_t>(master == nullptr ? 0 : master->index));
  change(link, message, master == nullptr ? "nomaster" : "master " + master->name,
         "no interface can be attached to it: name a bridge or a VRF");
}

void Netlink::set_tx_queue_length(const LinkInfo& link, std::uint32_t packets) {
  RtnlMessage message = set_link(link);
  message.put(IFLA_TXQLEN, packets);
  change(link, message, "txqueuelen " + std::to_string(packets));
}

void Netlink::set_no_qdisc(const LinkInfo& link) {
  tcmsg header{};
  header.tcm_family = AF_UNSPEC;
  header.tcm_ifindex = link.index;
  header.tcm_parent = TC_H_ROOT;
  RtnlMessage message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, header);
  message.put(TCA_KIND, std::string("noqueue"));
  change(link, message, "qdisc noqueue");
}

void Netlink::set_gso_limits(const LinkInfo& link, const GsoLimits& limits) {
  RtnlMessage message = set_link(link);
  message.put(IFLA_GSO_MAX_SIZE, limits.bytes);  // sets gso_ipv4_max_size too (Linux, netif_set_gso_max_size)
  message.put(IFLA_GSO_MAX_SEGS, limits.segments);
  change(link, message, "gso_max_size " + std::to_string(limits.bytes));
}

void Netlink::delete_together(std::span<const int> indices) {
  constexpr std::uint32_t kOutOfTheWay = 0x4000'0000;  // people number their groups from 1 (iproute2/group)
  const std::uint32_t group = kOutOfTheWay | std::random_device()() >> 2;
  for (const int index : indices) {
    RtnlMessage message(RTM_SETLINK, 0, link_header(index));
    message.put(IFLA_GROUP, group);
    const RtnlReply reply = socket_->request(message);
    if (reply.error != 0 && reply.error != ENODEV)
      throw SystemError("interface " + std::to_string(index) + " group", reply.error, reply.detail);
  }
  RtnlMessage message(RTM_DELLINK, 0, link_header(0));
  message.put(IFLA_GROUP, group);
  const RtnlReply reply = socket_->request(message);
  if (reply.error != 0 && reply.error != ENODEV)
    throw SystemError("deleting interfaces", reply.error, reply.detail);
}

}  // namespace vxtap::io
