#include "io/udp_socket.hpp"

#include <linux/filter.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "io/low_port.hpp"
#include "io/netlink.hpp"
#include "io/socket_address.hpp"
#include "io/system_error.hpp"

namespace vxtap::io {
namespace {

constexpr int kBufferBytes = 7 << 20;  // a burst of ten milliseconds at full rate
constexpr int kUnicastTtl = 64;
constexpr int kGroupTtl = 1;
constexpr int kFlowInfoSend = 33;  // IPV6_FLOWINFO_SEND of <linux/in6.h>, which <netinet/in.h> lacks

std::string mend_for(const LocalVtep& vtep, int error) {
  if (error == EACCES && vtep.port < kFirstOpenPort) return kLowPortMend;
  switch (error) {
    case EADDRINUSE:
      return "a kernel vxlan device or another daemon holds it";
    case EADDRNOTAVAIL:
      return "no interface has this address: add it, or correct `local`";
    case ENODEV:
      return "no such device: correct `device`";
    case EAFNOSUPPORT:
      return "this kernel has no IPv6: give `local` an IPv4 address, or boot without ipv6.disable=1";
    case EPERM:
    case EACCES:
      return "add CAP_NET_ADMIN and CAP_NET_RAW, or run as root";
    default:
      return {};
  }
}

[[noreturn]] void fail(const LocalVtep& vtep, const std::string& call, int error) {
  throw SystemError(describe(vtep) + (call.empty() ? "" : " " + call), error, mend_for(vtep, error));
}

template <typename T>
bool try_set(const UniqueFd& fd, int level, int option, const T& value) noexcept {
  return setsockopt(fd.get(), level, option, &value, sizeof value) == 0;
}

template <typename T>
void set(const UniqueFd& fd, const LocalVtep& vtep, int level, int option, const T& value,
         const std::string& call) {
  if (!try_set(fd, level, option, value)) fail(vtep, call, errno);
}

UniqueFd open_unbound(const LocalVtep& vtep) {
  const int family = vtep.address.is_v4() ? AF_INET : AF_INET6;
  UniqueFd fd(socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP));
  if (!fd) fail(vtep, "socket", errno);
  if (family == AF_INET6) set(fd, vtep, IPPROTO_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY");
  if (!vtep.device.empty() && setsockopt(fd.get(), SOL_SOCKET, SO_BINDTODEVICE, vtep.device.data(),
                                         static_cast<socklen_t>(vtep.device.size())) != 0)
    fail(vtep, "device " + vtep.device, errno);
  return fd;
}

/// The kernel binds to the broadcast address of a subnet as well (fib_add_ifaddr() of
/// net/ipv4/fib_frontend.c), where no tunnel ends.
bool is_only_broadcast(const VtepAddress& address) {
  if (!address.is_v4()) return false;
  const auto assigned = Netlink().addresses();
  return is_broadcast(assigned, address) &&
         std::ranges::none_of(assigned, [&](const auto& one) { return one.address.address == address; });
}

/// 0 or errno.
int bind_to(const UniqueFd& fd, const VtepAddress& address, std::uint16_t port,
            std::uint32_t scope) noexcept {
  const SocketAddress where({address, port}, scope);
  return bind(fd.get(), where.get(), where.size) == 0 ? 0 : errno;
}

void grow_buffers(const UniqueFd& fd) noexcept {
  if (!try_set(fd, SOL_SOCKET, SO_RCVBUFFORCE, kBufferBytes))
    try_set(fd, SOL_SOCKET, SO_RCVBUF, kBufferBytes);
  if (!try_set(fd, SOL_SOCKET, SO_SNDBUFFORCE, kBufferBytes))
    try_set(fd, SOL_SOCKET, SO_SNDBUF, kBufferBytes);
}

void set_receive_options(const UniqueFd& fd, const LocalVtep& vtep) {
  set(fd, vtep, SOL_SOCKET, SO_RXQ_OVFL, 1, "SO_RXQ_OVFL");
  if (vtep.address.is_v4()) {
    set(fd, vtep, IPPROTO_IP, IP_RECVTOS, 1, "IP_RECVTOS");
  } else {
    set(fd, vtep, IPPROTO_IPV6, IPV6_RECVTCLASS, 1, "IPV6_RECVTCLASS");
    // RFC 6935: peers may send a zero checksum inside a tunnel.
    set(fd, vtep, SOL_UDP, UDP_NO_CHECK6_RX, 1, "UDP_NO_CHECK6_RX");
  }
  grow_buffers(fd);
}

/// TTL, fragmentation, multicast interface, flow label and checksum of what a socket sends.
void set_send_options(const UniqueFd& fd, const LocalVtep& vtep, const SenderOptions& options) {
  if (vtep.address.is_v4()) {
    set(fd, vtep, IPPROTO_IP, IP_TTL, kUnicastTtl, "IP_TTL");
    set(fd, vtep, IPPROTO_IP, IP_MULTICAST_TTL, kGroupTtl, "IP_MULTICAST_TTL");
    set(fd, vtep, IPPROTO_IP, IP_MTU_DISCOVER, options.dont_fragment ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT,
        "IP_MTU_DISCOVER");
    if (!options.checksum) set(fd, vtep, SOL_SOCKET, SO_NO_CHECK, 1, "SO_NO_CHECK");
    if (vtep.scope == 0) return;
    ip_mreqn through{};
    std::memcpy(&through.imr_address, vtep.address.octets().data(), sizeof through.imr_address);
    through.imr_ifindex = static_cast<int>(vtep.scope);
    set(fd, vtep, IPPROTO_IP, IP_MULTICAST_IF, through, "IP_MULTICAST_IF");
    return;
  }
  set(fd, vtep, IPPROTO_IPV6, IPV6_UNICAST_HOPS, kUnicastTtl, "IPV6_UNICAST_HOPS");
  set(fd, vtep, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kGroupTtl, "IPV6_MULTICAST_HOPS");
  set(fd, vtep, IPPROTO_IPV6, IPV6_MTU_DISCOVER,
      options.dont_fragment ? IPV6_PMTUDISC_DO : IPV6_PMTUDISC_DONT, "IPV6_MTU_DISCOVER");
  set(fd, vtep, IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, options.flow_label ? 0 : 1, "IPV6_AUTOFLOWLABEL");
  set(fd, vtep, IPPROTO_IPV6, kFlowInfoSend, 1, "IPV6_FLOWINFO_SEND");
  if (!options.checksum) set(fd, vtep, SOL_UDP, UDP_NO_CHECK6_TX, 1, "UDP_NO_CHECK6_TX");
  if (vtep.scope != 0)
    set(fd, vtep, IPPROTO_IPV6, IPV6_MULTICAST_IF, static_cast<int>(vtep.scope), "IPV6_MULTICAST_IF");
}

void drop_all_received(const UniqueFd& fd) noexcept {
  std::array<sock_filter, 1> nothing{{BPF_STMT(BPF_RET | BPF_K, 0)}};
  const sock_fprog program{.len = nothing.size(), .filter = nothing.data()};
  try_set(fd, SOL_SOCKET, SO_ATTACH_FILTER, program);
}

UniqueFd open_sender_unbound(const LocalVtep& vtep, const SenderOptions& options) {
  UniqueFd fd = open_unbound(vtep);
  drop_all_received(fd);
  grow_buffers(fd);
  set_send_options(fd, vtep, options);
  return fd;
}

/// Empty when the port is taken.
UniqueFd bind_sender(UniqueFd fd, const LocalVtep& vtep, std::uint16_t port) {
  const int error = bind_to(fd, vtep.address, port, vtep.scope);
  if (error == EADDRINUSE) return UniqueFd(-1);
  if (error != 0) fail({vtep.address, port, vtep.device, vtep.scope}, "", error);
  return fd;
}

}  // namespace

std::string describe(const LocalVtep& vtep) {
  return "udp " + to_string(Remote{vtep.address, vtep.port});
}

Trains known_trains(const LocalVtep& vtep) {
  const UniqueFd probe = open_unbound(vtep);
  return {try_set(probe, SOL_UDP, UDP_SEGMENT, 0), try_set(probe, SOL_UDP, UDP_GRO, 0)};
}

void require_free(const LocalVtep& vtep) {
  if (is_only_broadcast(vtep.address)) fail(vtep, "", EADDRNOTAVAIL);
  const UniqueFd probe = open_unbound(vtep);
  if (const int error = bind_to(probe, vtep.address, vtep.port, vtep.scope)) fail(vtep, "", error);
}

UniqueFd open_receiver(const LocalVtep& vtep) {
  UniqueFd fd = open_unbound(vtep);
  set(fd, vtep, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT");
  set_receive_options(fd, vtep);
  set_send_options(fd, vtep, {});  // a `source_port` that is the listening port sends from here
  if (const int error = bind_to(fd, vtep.address, vtep.port, vtep.scope)) fail(vtep, "", error);
  return fd;
}

UniqueFd open_group_receiver(const LocalVtep& vtep, const VtepAddress& group) {
  const LocalVtep joined{group, vtep.port, vtep.device, vtep.scope};
  UniqueFd fd = open_unbound(joined);
  set(fd, joined, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
  set_receive_options(fd, joined);
  if (const int error = bind_to(fd, group, vtep.port, vtep.scope)) fail(joined, "", error);
  if (group.is_v4()) {
    ip_mreqn request{};
    std::memcpy(&request.imr_multiaddr, group.octets().data(), sizeof request.imr_multiaddr);
    std::memcpy(&request.imr_address, vtep.address.octets().data(), sizeof request.imr_address);
    request.imr_ifindex = static_cast<int>(vtep.scope);
    set(fd, joined, IPPROTO_IP, IP_MULTICAST_ALL, 0, "IP_MULTICAST_ALL");
    set(fd, joined, IPPROTO_IP, IP_ADD_MEMBERSHIP, request, "join on " + vtep.device);
  } else {
    ipv6_mreq request{};
    std::memcpy(&request.ipv6mr_multiaddr, group.octets().data(), sizeof request.ipv6mr_multiaddr);
    request.ipv6mr_interface = vtep.scope;
    set(fd, joined, IPPROTO_IPV6, IPV6_JOIN_GROUP, request, "join on " + vtep.device);
  }
  return fd;
}

UniqueFd open_sender(const LocalVtep& vtep, const SenderOptions& options) {
  UniqueFd fd = open_sender_unbound(vtep, options);
  return bind_sender(std::move(fd), vtep, options.port);
}

UniqueFd open_sender_beside(const UniqueFd& first, const LocalVtep& vtep, const SenderOptions& options) {
  // Only now, so that the first one's bind found a port that was nobody's.
  set(first, vtep, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT");
  UniqueFd fd = open_sender_unbound(vtep, options);
  set(fd, vtep, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT");
  return bind_sender(std::move(fd), vtep, options.port);
}

UniqueFd open_path_probe(const LocalVtep& vtep) {
  UniqueFd fd = open_unbound(vtep);
  drop_all_received(fd);
  set_send_options(fd, vtep, {});
  return bind_sender(std::move(fd), vtep, 0);
}

}  // namespace vxtap::io
