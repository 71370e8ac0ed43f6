#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "io/netlink.hpp"
#include "io/rtnl_address.hpp"
#include "io/rtnl_socket.hpp"
#include "io/system_error.hpp"

namespace vxtap::io {
namespace {

/// IFA_PROTO of our addresses, by which a later process knows them (Linux 5.18; older kernels ignore it). The
/// kernel's own values are below 4 and iproute2 leaves it to the user to name the rest.
constexpr std::uint8_t kAddressProtocol = 0x78;

std::optional<AssignedAddress> parse_address(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWADDR) return std::nullopt;
  std::array<nlattr*, IFA_MAX + 1> at{};
  auto* header = const_cast<nlmsghdr*>(&message);  // libnl's parser takes it so, and changes nothing
  if (nlmsg_parse(header, sizeof(ifaddrmsg), at.data(), IFA_MAX, nullptr) < 0) return std::nullopt;
  const auto& info = *static_cast<const ifaddrmsg*>(nlmsg_data(header));
  // On a point-to-point link IFA_ADDRESS is the other end.
  const nlattr* own = at[IFA_LOCAL] != nullptr ? at[IFA_LOCAL] : at[IFA_ADDRESS];
  const auto address = address_of(own);
  if (!address) return std::nullopt;
  const bool ours = at[IFA_PROTO] != nullptr && nla_get_u8(at[IFA_PROTO]) == kAddressProtocol;
  return AssignedAddress{static_cast<int>(info.ifa_index), {*address, info.ifa_prefixlen}, ours};
}

ifaddrmsg address_header(const LinkInfo& link, const InterfaceAddress& address) {
  ifaddrmsg header{};
  header.ifa_family = family_of(address.address);
  header.ifa_prefixlen = address.prefix_length;
  header.ifa_index = static_cast<std::uint32_t>(link.index);
  if (!address.address.is_v4()) header.ifa_flags = IFA_F_NODAD;
  return header;
}

}  // namespace

std::string InterfaceAddress::to_string() const {
  return address.to_string() + "/" + std::to_string(prefix_length);
}

bool is_broadcast(std::span<const AssignedAddress> assigned, const VtepAddress& address) {
  if (!address.is_v4()) return false;
  const auto value = *load_be<std::uint32_t>(address.octets(), 0);
  return std::ranges::any_of(assigned, [&](const AssignedAddress& one) {
    const auto& [own, length] = one.address;
    const auto hosts = UINT32_MAX >> std::min<unsigned>(length, 31);
    return own.is_v4() && length < 31 && value == (*load_be<std::uint32_t>(own.octets(), 0) | hosts);
  });
}

std::vector<AssignedAddress> Netlink::addresses(int index) {
  ifaddrmsg header{};
  header.ifa_index = static_cast<std::uint32_t>(index);
  for (;;) {
    std::vector<AssignedAddress> all;
    const RtnlReply reply =
        socket_->request(RtnlMessage(RTM_GETADDR, NLM_F_DUMP, header), [&](const nlmsghdr& answer) {
          const auto found = parse_address(answer);
          if (found && (index == 0 || found->index == index)) all.push_back(*found);
        });
    if (reply.error == 0) return all;
    if (reply.error != EINTR) throw SystemError("list of addresses", reply.error, reply.detail);
  }
}

void Netlink::add_address(const LinkInfo& link, const InterfaceAddress& address) {
  RtnlMessage message(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, address_header(link, address));
  message.put(IFA_LOCAL, address.address.octets());
  message.put(IFA_ADDRESS, address.address.octets());
  message.put(IFA_PROTO, kAddressProtocol);
  change(link, message, "address " + address.to_string());
}

void Netlink::delete_address(const LinkInfo& link, const InterfaceAddress& address) {
  RtnlMessage message(RTM_DELADDR, 0, address_header(link, address));
  message.put(IFA_LOCAL, address.address.octets());
  change(link, message, "removing address " + address.to_string());
}

std::optional<std::string> Netlink::device_of(const VtepAddress& local) {
  const auto all = addresses();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.address.address == local; });
  if (found == all.end()) return std::nullopt;
  const auto carrier = link(found->index);
  if (!carrier) return std::nullopt;
  return carrier->name;
}

}  // namespace vxtap::io
