#include "io/path_prober.hpp"

#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

#include "io/control_space.hpp"
#include "io/path_mtu_cache.hpp"
#include "io/poll_until.hpp"
#include "io/socket_address.hpp"
#include "io/system_error.hpp"
#include "offload/checksum.hpp"
#include "vxtap/bytes.hpp"

namespace vxtap::io {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = ProbeAnswer::Kind;
using std::chrono::milliseconds;

constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kUdpHeader = 8;
constexpr std::size_t kIcmpHeader = 8;  // RFC 792 and RFC 4443, echo
constexpr std::size_t kLargestPacket = 65535;
constexpr std::uint16_t kFirstPort = 33434;  // traceroute(8)
constexpr std::uint16_t kPorts = 100;

std::size_t ip_header(const VtepAddress& remote) {
  return remote.is_v4() ? kIpv4Header : kIpv6Header;
}

template <typename T>
void set(const UniqueFd& fd, int level, int option, const T& value, const std::string& what) {
  if (setsockopt(fd.get(), level, option, &value, sizeof value) != 0)
    throw SystemError("probe " + what, errno);
}

/// DF on everything, whatever the kernel believes of the path, and errors to be read.
void prepare(const UniqueFd& fd, const LocalVtep& vtep) {
  if (vtep.address.is_v4()) {
    set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, "IP_MTU_DISCOVER");
    set(fd, IPPROTO_IP, IP_RECVERR, 1, "IP_RECVERR");
  } else {
    set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE, "IPV6_MTU_DISCOVER");
    set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1, "IPV6_RECVERR");
  }
  if (!vtep.device.empty() && setsockopt(fd.get(), SOL_SOCKET, SO_BINDTODEVICE, vtep.device.data(),
                                         static_cast<socklen_t>(vtep.device.size())) != 0)
    throw SystemError("device " + vtep.device, errno, "correct `device`, or create it");
  const SocketAddress where({vtep.address, 0}, vtep.scope);
  if (bind(fd.get(), where.get(), where.size) != 0)
    throw SystemError("probe from " + vtep.address.to_string(), errno,
                      "no interface has this address: add it, or correct `local`");
}

/// An entry of the error queue.
struct QueuedError {
  sock_extended_err error{};
  VtepAddress offender;  ///< who sent the ICMP message
  Remote target;         ///< where the packet was sent to
};

std::optional<QueuedError> read_error(int fd) {
  std::array<std::uint8_t, 64> payload{};
  alignas(cmsghdr) std::array<std::uint8_t, 512> control{};
  SocketAddress target;
  iovec piece{payload.data(), payload.size()};
  msghdr header{};
  header.msg_name = &target.storage;
  header.msg_namelen = sizeof target.storage;
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  if (recvmsg(fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return std::nullopt;
  for (cmsghdr* at = CMSG_FIRSTHDR(&header); at != nullptr; at = CMSG_NXTHDR(&header, at)) {
    const bool v4 = at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_RECVERR;
    if (!v4 && !(at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_RECVERR)) continue;
    QueuedError queued{
        .error = control_value<sock_extended_err>(*at), .offender = {}, .target = target.remote()};
    SocketAddress offender;  // struct sockaddr follows (SO_EE_OFFENDER)
    const auto size = std::min(at->cmsg_len - CMSG_LEN(sizeof(sock_extended_err)), sizeof offender.storage);
    std::memcpy(&offender.storage, CMSG_DATA(at) + sizeof(sock_extended_err), size);
    queued.offender = offender.remote().address;
    return queued;
  }
  return QueuedError{};
}

/// What an ICMP message, or this host itself, says of a probe; empty when nothing.
std::optional<ProbeAnswer> answer_of(const QueuedError& queued, const VtepAddress& remote) {
  const auto& error = queued.error;
  if (error.ee_errno == EMSGSIZE) return ProbeAnswer{Kind::kTooBig, error.ee_info, 0};
  if (error.ee_origin == SO_EE_ORIGIN_LOCAL)
    return ProbeAnswer{Kind::kRefused, 0, static_cast<int>(error.ee_errno)};
  const bool port = (error.ee_origin == SO_EE_ORIGIN_ICMP && error.ee_type == ICMP_DEST_UNREACH &&
                     error.ee_code == ICMP_PORT_UNREACH) ||
                    (error.ee_origin == SO_EE_ORIGIN_ICMP6 && error.ee_type == ICMPV6_DEST_UNREACH &&
                     error.ee_code == ICMPV6_PORT_UNREACH);
  if (port && queued.offender == remote) return ProbeAnswer{Kind::kArrived, 0, 0};
  if (error.ee_errno == 0) return std::nullopt;
  return ProbeAnswer{Kind::kRefused, 0, static_cast<int>(error.ee_errno)};
}

/// What sending and waiting have in common.
class SocketProber : public PathProber {
 public:
  SocketProber(UniqueFd fd, const LocalVtep& vtep, const VtepAddress& remote)
      : remote_(remote), scope_(vtep.scope), fd_(std::move(fd)) {
    prepare(fd_, vtep);
  }

  ProbeAnswer probe(std::uint32_t size, milliseconds patience, const std::stop_token& stop) final {
    ++number_;
    const auto payload = make(std::clamp<std::size_t>(size, 48, kLargestPacket) - ip_header(remote_));
    while (read_error(fd_.get())) continue;  // of earlier probes; they had their time
    const SocketAddress target({remote_, port()}, scope_);
    if (sendto(fd_.get(), payload.data(), payload.size(), 0, target.get(), target.size) < 0) {
      const int error = errno;
      const auto queued = read_error(fd_.get());
      if (error != EMSGSIZE) return {Kind::kRefused, 0, error};
      return {Kind::kTooBig, queued ? queued->error.ee_info : 0, 0};
    }
    return wait(Clock::now() + patience, stop);
  }

 protected:
  /// The IP packet's payload, `size` bytes in all.
  virtual std::vector<std::uint8_t> make(std::size_t size) = 0;
  virtual std::uint16_t port() const = 0;
  /// Whether a received packet answers the latest probe.
  virtual bool answers(BytesView received) const = 0;

  const VtepAddress remote_;
  const std::uint32_t scope_;
  UniqueFd fd_;
  std::uint16_t number_ = 0;  ///< of the latest probe

 private:
  ProbeAnswer wait(Clock::time_point end, const std::stop_token& stop) {
    pollfd watched{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    while (poll_until({&watched, 1}, end, stop))
      if (const auto answer = take()) return *answer;
    return {};
  }

  std::optional<ProbeAnswer> take() {
    while (const auto queued = read_error(fd_.get())) {
      if (queued->target.port != 0 && port() != 0 && queued->target.port != port()) continue;
      if (const auto answer = answer_of(*queued, remote_)) return answer;
    }
    std::array<std::uint8_t, 128> bytes{};
    SocketAddress source;
    const auto got =
        recvfrom(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT, source.get(), &source.size);
    if (got < 0 || source.remote().address != remote_) return std::nullopt;
    if (!answers(BytesView(bytes).first(static_cast<std::size_t>(got)))) return std::nullopt;
    return ProbeAnswer{Kind::kArrived, 0, 0};
  }
};

class UdpProber final : public SocketProber {
  using SocketProber::SocketProber;

  std::vector<std::uint8_t> make(std::size_t size) override {
    return std::vector<std::uint8_t>(size - kUdpHeader);
  }
  std::uint16_t port() const override { return static_cast<std::uint16_t>(kFirstPort + number_ % kPorts); }
  bool answers(BytesView) const override { return true; }  // somebody listens there after all
};

///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     Type      |     Code      |           Checksum            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |          Identifier           |        Sequence number        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// Echo, RFC 792 and RFC 4443 4.1.
class EchoProber final : public SocketProber {
 public:
  /// `raw`: a raw socket, which needs the identifier and over IPv4 the checksum from us.
  EchoProber(UniqueFd fd, const LocalVtep& vtep, const VtepAddress& remote, bool raw)
      : SocketProber(std::move(fd), vtep, remote), raw_(raw) {}

 private:
  const bool raw_;
  const std::uint16_t identifier_ =
      static_cast<std::uint16_t>(std::hash<std::thread::id>()(std::this_thread::get_id()) ^
                                 static_cast<std::uint64_t>(Clock::now().time_since_epoch().count()));

  std::vector<std::uint8_t> make(std::size_t size) override {
    std::vector<std::uint8_t> message(std::max(size, kIcmpHeader));
    message[0] = remote_.is_v4() ? ICMP_ECHO : ICMPV6_ECHO_REQUEST;
    store_be<std::uint16_t>(message, 4, identifier_);
    store_be<std::uint16_t>(message, 6, number_);
    if (raw_ && remote_.is_v4())
      store_be<std::uint16_t>(message, 2, static_cast<std::uint16_t>(~ones_complement_sum(message)));
    return message;
  }

  std::uint16_t port() const override { return 0; }

  bool answers(BytesView received) const override {
    const bool v4 = remote_.is_v4();
    const std::size_t skipped = raw_ && v4 && !received.empty() ? (received[0] & 0x0FU) * 4U : 0;
    if (received.size() < skipped + kIcmpHeader) return false;
    const auto message = received.subspan(skipped);
    if (raw_ && load_be<std::uint16_t>(message, 4) != identifier_) return false;  // else the kernel chose it
    return message[0] == (v4 ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY) &&
           load_be<std::uint16_t>(message, 6) == number_;
  }
};

UniqueFd open_socket(const VtepAddress& address, int type, int protocol) {
  return UniqueFd(
      socket(address.is_v4() ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
}

std::unique_ptr<PathProber> open_echo(const LocalVtep& vtep, const VtepAddress& remote) {
  const int protocol = remote.is_v4() ? static_cast<int>(IPPROTO_ICMP) : static_cast<int>(IPPROTO_ICMPV6);
  UniqueFd datagram = open_socket(remote, SOCK_DGRAM, protocol);
  if (datagram) return std::make_unique<EchoProber>(std::move(datagram), vtep, remote, false);
  UniqueFd raw = open_socket(remote, SOCK_RAW, protocol);
  if (raw) return std::make_unique<EchoProber>(std::move(raw), vtep, remote, true);
  return nullptr;
}

}  // namespace

std::unique_ptr<PathProber> PathProber::open(Method method, const LocalVtep& vtep,
                                             const VtepAddress& remote) {
  if (method == Method::kEcho) return open_echo(vtep, remote);
  UniqueFd fd = open_socket(remote, SOCK_DGRAM, IPPROTO_UDP);
  if (!fd) throw SystemError("probe socket", errno);
  return std::make_unique<UdpProber>(std::move(fd), vtep, remote);
}

std::optional<std::uint32_t> believed_path_mtu(const LocalVtep& vtep, const VtepAddress& remote) {
  constexpr std::uint16_t kAnyPort = 9;  // discard; nothing is sent there
  PathMtuCache cache(open_path_probe({vtep.address, 0, vtep.device, vtep.scope}), vtep.scope);
  const auto mtu = cache.mtu({remote, kAnyPort}, Clock::now());
  return mtu == 0 ? std::nullopt : std::optional(mtu);
}

}  // namespace vxtap::io
