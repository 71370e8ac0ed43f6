#include "io/udp_underlay.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "vxtap/vxlan_header.hpp"

namespace vxtap::io {
namespace {

constexpr std::size_t kBatch = 64;

/// Room for the two control messages that either direction uses.
struct alignas(cmsghdr) ControlSpace {
  std::array<std::uint8_t, CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(std::uint32_t))> bytes{};
};

/// DSCP and ECN of one packet, where they differ from the socket's zero.
void put_tos(msghdr& header, ControlSpace& space, bool v4, std::uint8_t tos) noexcept {
  if (tos == 0) return;
  header.msg_control = space.bytes.data();
  header.msg_controllen = CMSG_SPACE(sizeof(int));
  cmsghdr* message = CMSG_FIRSTHDR(&header);
  message->cmsg_level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
  message->cmsg_type = v4 ? IP_TOS : IPV6_TCLASS;
  message->cmsg_len = CMSG_LEN(sizeof(int));
  const int value = tos;
  std::memcpy(CMSG_DATA(message), &value, sizeof value);
}

}  // namespace

UdpUnderlay::UdpUnderlay(UniqueFd receiver, PacketBuffers& buffers,
                         std::shared_ptr<const SenderPools> senders, std::uint32_t scope)
    : receiver_(std::move(receiver)), buffers_(buffers), scope_(scope), senders_(std::move(senders)) {}

void UdpUnderlay::read_control(msghdr& header, Datagram& datagram) noexcept {
  datagram.tos = 0;
  for (cmsghdr* message = CMSG_FIRSTHDR(&header); message != nullptr;
       message = CMSG_NXTHDR(&header, message)) {
    if (message->cmsg_level == SOL_SOCKET && message->cmsg_type == SO_RXQ_OVFL) {
      std::uint32_t total = 0;  // since the socket was opened, modulo 2^32
      std::memcpy(&total, CMSG_DATA(message), sizeof total);
      overflows_.fetch_add(total - last_overflow_, std::memory_order_relaxed);
      last_overflow_ = total;
    } else if (message->cmsg_level == IPPROTO_IP && message->cmsg_type == IP_TOS) {
      datagram.tos = *CMSG_DATA(message);
    } else if (message->cmsg_level == IPPROTO_IPV6 && message->cmsg_type == IPV6_TCLASS) {
      int value = 0;
      std::memcpy(&value, CMSG_DATA(message), sizeof value);
      datagram.tos = static_cast<std::uint8_t>(value);
    }
  }
}

std::size_t UdpUnderlay::receive(std::span<Datagram> datagrams) noexcept {
  std::array<mmsghdr, kBatch> headers;
  std::array<iovec, kBatch> pieces;
  std::array<sockaddr_storage, kBatch> sources;
  std::array<ControlSpace, kBatch> controls;
  const std::size_t wanted = std::min({kBatch, datagrams.size(), buffers_.count()});
  for (std::size_t i = 0; i < wanted; ++i) {
    const auto slot = buffers_.slot(i);
    pieces[i] = {slot.data(), slot.size()};
    headers[i] = {};
    headers[i].msg_hdr = {.msg_name = &sources[i],
                          .msg_namelen = sizeof sources[i],
                          .msg_iov = &pieces[i],
                          .msg_iovlen = 1,
                          .msg_control = controls[i].bytes.data(),
                          .msg_controllen = controls[i].bytes.size(),
                          .msg_flags = 0};
  }
  int count = 0;
  do count = recvmmsg(receiver_.get(), headers.data(), static_cast<unsigned>(wanted), MSG_DONTWAIT, nullptr);
  while (count < 0 && errno == EINTR);
  if (count <= 0) return 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    SocketAddress source;
    source.storage = sources[i];
    const Remote sender = source.remote();
    datagrams[i].source = sender.address;
    datagrams[i].source_port = sender.port;
    datagrams[i].payload = buffers_.slot(i).first(headers[i].msg_len);
    read_control(headers[i].msg_hdr, datagrams[i]);
  }
  return static_cast<std::size_t>(count);
}

int UdpUnderlay::socket_for(const Outbound& copy) const noexcept {
  if (senders_ == nullptr || copy.outer.send_profile >= senders_->size()) return -1;
  const int socket = (*senders_)[copy.outer.send_profile]->pick(copy.outer.flow_hash);
  return socket >= 0 ? socket : receiver_.get();
}

void UdpUnderlay::send(std::span<const Outbound> copies, std::span<int> errnos) noexcept {
  std::array<mmsghdr, kBatch> headers;
  std::array<std::array<iovec, 2>, kBatch> pieces;
  std::array<std::array<std::uint8_t, kVxlanHeaderSize>, kBatch> vxlan;
  std::array<SocketAddress, kBatch> targets;
  std::array<ControlSpace, kBatch> controls;
  for (std::size_t done = 0; done < copies.size();) {
    const int socket = socket_for(copies[done]);
    std::size_t run = 0;
    for (; run < kBatch && done + run < copies.size() && socket_for(copies[done + run]) == socket; ++run) {
      const Outbound& copy = copies[done + run];
      targets[run] = SocketAddress(copy.remote, scope_);
      vxlan[run] = VxlanHeader(copy.outer.vni).to_bytes();
      pieces[run] = {
          {{vxlan[run].data(), vxlan[run].size()}, {copy.frame->bytes.data(), copy.frame->bytes.size()}}};
      headers[run] = {};
      headers[run].msg_hdr = {.msg_name = targets[run].get(),
                              .msg_namelen = targets[run].size,
                              .msg_iov = pieces[run].data(),
                              .msg_iovlen = 2,
                              .msg_control = nullptr,
                              .msg_controllen = 0,
                              .msg_flags = 0};
      put_tos(headers[run].msg_hdr, controls[run], copy.remote.address.is_v4(), copy.outer.tos);
    }
    for (std::size_t sent = 0; sent < run;) {
      const int count = sendmmsg(socket, &headers[sent], static_cast<unsigned>(run - sent), MSG_DONTWAIT);
      if (count < 0 && errno == EINTR) continue;
      const std::size_t good = count > 0 ? static_cast<std::size_t>(count) : 0;
      std::fill_n(errnos.begin() + static_cast<std::ptrdiff_t>(done + sent), good, 0);
      sent += good;
      // sendmmsg stops at the first failure and reports it when that message comes first: the rest goes on.
      if (count < 0) errnos[done + sent++] = errno;
    }
    done += run;
  }
}

}  // namespace vxtap::io
