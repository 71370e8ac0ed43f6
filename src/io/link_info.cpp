#include "io/link_info.hpp"

#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace vxtap::io {
namespace {

template <std::size_t N>
using Attributes = std::array<nlattr*, N>;

std::uint32_t u32_or_zero(const nlattr* attribute) {
  return attribute != nullptr && nla_len(attribute) >= 4 ? nla_get_u32(attribute) : 0;
}
bool flag(const nlattr* attribute) {
  return attribute != nullptr && nla_get_u8(attribute) != 0;
}

// nla_get_string trusts the terminator; the length is the kernel's word.
std::string text_of(const nlattr* attribute) {
  const char* begin = static_cast<const char*>(nla_data(attribute));
  return {begin, ::strnlen(begin, static_cast<std::size_t>(nla_len(attribute)))};
}

std::optional<TunInfo> parse_tun(nlattr* data) {
  Attributes<IFLA_TUN_MAX + 1> at{};
  if (data == nullptr || nla_parse_nested(at.data(), IFLA_TUN_MAX, data, nullptr) < 0) return std::nullopt;
  TunInfo tun;
  tun.tap = at[IFLA_TUN_TYPE] != nullptr && nla_get_u8(at[IFLA_TUN_TYPE]) == IFF_TAP;
  tun.multi_queue = flag(at[IFLA_TUN_MULTI_QUEUE]);
  tun.queues = u32_or_zero(at[IFLA_TUN_NUM_QUEUES]) + u32_or_zero(at[IFLA_TUN_NUM_DISABLED_QUEUES]);
  return tun;
}

std::optional<VxlanInfo> parse_vxlan(nlattr* data) {
  Attributes<IFLA_VXLAN_MAX + 1> at{};
  if (data == nullptr || nla_parse_nested(at.data(), IFLA_VXLAN_MAX, data, nullptr) < 0) return std::nullopt;
  VxlanInfo vxlan{u32_or_zero(at[IFLA_VXLAN_ID]), 0};
  if (at[IFLA_VXLAN_PORT] != nullptr) vxlan.port = ntohs(nla_get_u16(at[IFLA_VXLAN_PORT]));
  return vxlan;
}

std::optional<BridgeInfo> parse_bridge(nlattr* data) {
  Attributes<IFLA_BR_MAX + 1> at{};
  if (data == nullptr || nla_parse_nested(at.data(), IFLA_BR_MAX, data, nullptr) < 0) return std::nullopt;
  return BridgeInfo{flag(at[IFLA_BR_MCAST_SNOOPING]), flag(at[IFLA_BR_MCAST_QUERIER])};
}

void parse_kind(nlattr* info, LinkInfo& link) {
  Attributes<IFLA_INFO_MAX + 1> at{};
  if (info == nullptr || nla_parse_nested(at.data(), IFLA_INFO_MAX, info, nullptr) < 0) return;
  if (at[IFLA_INFO_KIND] != nullptr) link.kind = text_of(at[IFLA_INFO_KIND]);
  if (link.kind == "tun") link.tun = parse_tun(at[IFLA_INFO_DATA]);
  if (link.kind == "vxlan") link.vxlan = parse_vxlan(at[IFLA_INFO_DATA]);
  if (link.kind == "bridge") link.bridge = parse_bridge(at[IFLA_INFO_DATA]);
}

MacAddress mac_of(const nlattr* attribute) {
  std::array<std::uint8_t, 6> octets{};
  if (attribute == nullptr || nla_len(attribute) != static_cast<int>(octets.size())) return MacAddress{};
  std::memcpy(octets.data(), nla_data(attribute), octets.size());
  return MacAddress(octets);
}

std::uint64_t tx_dropped_of(const nlattr* attribute) {
  rtnl_link_stats64 stats{};
  if (attribute == nullptr) return 0;
  // Older and newer kernels differ in the tail only.
  const auto length = std::min(sizeof stats, static_cast<std::size_t>(nla_len(attribute)));
  std::memcpy(&stats, nla_data(attribute), length);
  return stats.tx_dropped;
}

}  // namespace

std::optional<LinkInfo> parse_link(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWLINK && message.nlmsg_type != RTM_DELLINK) return std::nullopt;
  Attributes<IFLA_MAX + 1> at{};
  auto* header = const_cast<nlmsghdr*>(&message);  // libnl's parser takes it so, and changes nothing
  if (nlmsg_parse(header, sizeof(ifinfomsg), at.data(), IFLA_MAX, nullptr) < 0) return std::nullopt;
  const auto& info = *static_cast<const ifinfomsg*>(nlmsg_data(header));
  if (info.ifi_family != AF_UNSPEC || at[IFLA_IFNAME] == nullptr) return std::nullopt;

  LinkInfo link;
  link.name = text_of(at[IFLA_IFNAME]);
  link.index = info.ifi_index;
  link.up = (info.ifi_flags & IFF_UP) != 0;
  link.running = (info.ifi_flags & IFF_RUNNING) != 0;
  link.mtu = u32_or_zero(at[IFLA_MTU]);
  link.min_mtu = u32_or_zero(at[IFLA_MIN_MTU]);
  link.max_mtu = u32_or_zero(at[IFLA_MAX_MTU]);
  link.tx_queue_length = u32_or_zero(at[IFLA_TXQLEN]);
  if (at[IFLA_QDISC] != nullptr) link.qdisc = text_of(at[IFLA_QDISC]);
  link.gso = {u32_or_zero(at[IFLA_GSO_MAX_SIZE]), u32_or_zero(at[IFLA_GSO_MAX_SEGS])};
  link.mac = mac_of(at[IFLA_ADDRESS]);
  link.master = static_cast<int>(u32_or_zero(at[IFLA_MASTER]));
  link.tx_dropped = tx_dropped_of(at[IFLA_STATS64]);
  parse_kind(at[IFLA_LINKINFO], link);
  return link;
}

}  // namespace vxtap::io
