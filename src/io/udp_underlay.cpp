#include "io/udp_underlay.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/remote_hash.hpp"
#include "io/control_space.hpp"

namespace vxtap::io {
namespace {

constexpr std::size_t kMaxMessages = 64;
constexpr std::size_t kMinMessages = 4;

// What one receive should bring at most: more than a train, less than half of a second-level cache.
constexpr std::size_t kReceiveBytes = std::size_t{256} * 1024;

constexpr std::size_t kMaxCopies = 4096;

}  // namespace

UdpUnderlay::UdpUnderlay(UniqueFd receiver, UniqueFd probe, PacketBuffers& buffers, std::uint32_t scope)
    : receiver_(std::move(receiver)),
      buffers_(buffers),
      sender_(scope),
      paths_(std::move(probe), scope),
      next_messages_(kMaxMessages) {
  sorted_.reserve(kMaxCopies);
  order_.reserve(kMaxCopies);
}

void UdpUnderlay::apply(const UnderlaySettings& settings) noexcept {
  senders_ = settings.senders;
  // A kernel that does not know it delivers datagrams one by one, which is as good.
  const int trains = settings.receive_trains ? 1 : 0;
  setsockopt(receiver_.get(), SOL_UDP, UDP_GRO, &trains, sizeof trains);
}

void UdpUnderlay::read_control(msghdr& header, Datagram& datagram) noexcept {
  datagram.tos = 0;
  datagram.train_size = 0;
  for (cmsghdr* message = CMSG_FIRSTHDR(&header); message != nullptr;
       message = CMSG_NXTHDR(&header, message)) {
    if (message->cmsg_level == SOL_SOCKET && message->cmsg_type == SO_RXQ_OVFL) {
      const auto total = control_value<std::uint32_t>(*message);  // since the socket was opened, modulo 2^32
      overflows_.fetch_add(total - last_overflow_, std::memory_order_relaxed);
      last_overflow_ = total;
    } else if (message->cmsg_level == SOL_UDP && message->cmsg_type == UDP_GRO) {
      datagram.train_size = static_cast<std::uint16_t>(control_value<int>(*message));
    } else if (message->cmsg_level == IPPROTO_IP && message->cmsg_type == IP_TOS) {
      datagram.tos = control_value<std::uint8_t>(*message);
    } else if (message->cmsg_level == IPPROTO_IPV6 && message->cmsg_type == IPV6_TCLASS) {
      datagram.tos = static_cast<std::uint8_t>(control_value<int>(*message));
    }
  }
}

std::size_t UdpUnderlay::receive(std::span<Datagram> datagrams) noexcept {
  std::array<mmsghdr, kMaxMessages> headers;
  std::array<iovec, kMaxMessages> pieces;
  std::array<sockaddr_storage, kMaxMessages> sources;
  std::array<ControlSpace, kMaxMessages> controls;
  const std::size_t wanted = std::min({next_messages_, datagrams.size(), buffers_.count()});
  for (std::size_t i = 0; i < wanted; ++i) {
    const auto slot = buffers_.slot(i);
    pieces[i] = {slot.data(), slot.size()};
    headers[i].msg_hdr = {.msg_name = &sources[i],
                          .msg_namelen = sizeof sources[i],
                          .msg_iov = &pieces[i],
                          .msg_iovlen = 1,
                          .msg_control = controls[i].bytes.data(),
                          .msg_controllen = controls[i].bytes.size(),
                          .msg_flags = 0};
  }
  int got = 0;
  do got = recvmmsg(receiver_.get(), headers.data(), static_cast<unsigned>(wanted), MSG_DONTWAIT, nullptr);
  while (got < 0 && errno == EINTR);
  if (got <= 0) return 0;
  const auto count = static_cast<std::size_t>(got);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    SocketAddress source;
    source.storage = sources[i];
    const Remote sender = source.remote();
    datagrams[i].source = sender.address;
    datagrams[i].source_port = sender.port;
    datagrams[i].payload = buffers_.slot(i).first(headers[i].msg_len);
    read_control(headers[i].msg_hdr, datagrams[i]);
    bytes += headers[i].msg_len;
  }
  next_messages_ =
      std::clamp(kReceiveBytes * count / std::max<std::size_t>(bytes, 1), kMinMessages, kMaxMessages);
  return count;
}

SendWay UdpUnderlay::way_of(const Outbound& copy) const noexcept {
  if (senders_ == nullptr || copy.outer.send_profile >= senders_->size()) return {};
  const SenderPool& pool = *(*senders_)[copy.outer.send_profile];
  const int socket = pool.pick(copy.outer.flow_hash, copy.outer.dont_fragment);
  return {socket >= 0 ? socket : receiver_.get(), pool.trains(), pool.profile().flow_label.value_or(0)};
}

/// Brings copies for one remote through one socket together, each group in its order: that is what trains are
/// made of. A flow has one socket, so its own order stays.
void UdpUnderlay::sort_copies(std::span<const Outbound> copies) noexcept {
  sorted_.clear();
  order_.clear();
  bool uniform = true;
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const std::uint64_t remote = remote_hash(copies[i].remote) >> 40;
    const auto socket = static_cast<std::uint64_t>(way_of(copies[i]).socket + 1);
    sorted_.push_back(socket << 40 | remote << 16 | i);
    uniform = uniform && sorted_[i] >> 16 == sorted_[0] >> 16;
  }
  if (!uniform) std::sort(sorted_.begin(), sorted_.end());
  for (const std::uint64_t key : sorted_) order_.push_back(static_cast<std::uint32_t>(key & 0xFFFF));
}

void UdpUnderlay::send(std::span<const Outbound> copies, std::span<SendResult> results) noexcept {
  while (!copies.empty()) {
    const std::size_t count = std::min(copies.size(), kMaxCopies);
    const auto batch = copies.first(count);
    sort_copies(batch);
    for (std::size_t first = 0; first < count;) {
      const SendWay way = way_of(batch[order_[first]]);
      std::size_t last = first + 1;
      while (last < count && way_of(batch[order_[last]]) == way) ++last;
      sender_.send(way, batch, std::span(order_).subspan(first, last - first), results);
      first = last;
    }
    for (std::size_t i = 0; i < count; ++i)
      if (results[i].error == EMSGSIZE) paths_.forget(batch[i].remote);
    copies = copies.subspan(count);
    results = results.subspan(count);
  }
}

}  // namespace vxtap::io
