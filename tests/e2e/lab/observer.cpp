#include "lab/observer.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <utility>

#include "lab/sockets.hpp"

namespace vxtap::lab {
namespace {

UniqueFd packet_socket(Host& host, const std::string& interface, std::uint16_t protocol) {
  UniqueFd socket = host.socket(AF_PACKET, SOCK_RAW, 0);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(protocol);
  address.sll_ifindex = static_cast<int>(host.interface_index(interface));
  check(bind(socket.get(), as_sockaddr(&address), sizeof address), "bind to " + interface);
  return socket;
}

constexpr std::size_t kTagAt = 12;  // behind both MAC addresses

/// The kernel takes the outermost 802.1Q tag off and hands it over beside the frame (packet(7),
/// PACKET_AUXDATA).
void put_tag_back(msghdr& message, Bytes& frame) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_PACKET || part->cmsg_type != PACKET_AUXDATA) continue;
    tpacket_auxdata beside{};
    std::memcpy(&beside, CMSG_DATA(part), sizeof beside);
    if ((beside.tp_status & TP_STATUS_VLAN_VALID) == 0 || frame.size() < kTagAt) continue;
    const auto type = (beside.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ? beside.tp_vlan_tpid : ETH_P_8021Q;
    const std::array tag{static_cast<std::uint8_t>(type >> 8), static_cast<std::uint8_t>(type),
                         static_cast<std::uint8_t>(beside.tp_vlan_tci >> 8),
                         static_cast<std::uint8_t>(beside.tp_vlan_tci)};
    frame.insert(frame.begin() + kTagAt, tag.begin(), tag.end());
  }
}

/// Empty when there is none.
Bytes receive_frame(int socket, sockaddr_ll& from) {
  static thread_local std::array<std::uint8_t, 65536 + 64> buffer;
  alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(tpacket_auxdata))> beside;
  iovec bytes{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof from;
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = beside.data();
  message.msg_controllen = beside.size();
  const ssize_t size = recvmsg(socket, &message, MSG_DONTWAIT);
  if (size <= 0) return {};
  Bytes frame(buffer.data(), buffer.data() + size);
  put_tag_back(message, frame);
  return frame;
}

}  // namespace

Observer::Observer(Host& host, const std::string& interface)
    : socket_(packet_socket(host, interface, ETH_P_ALL)) {
  const int size = 16 << 20;
  check(setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size), "SO_RCVBUFFORCE");
  const int on = 1;
  check(setsockopt(socket_.get(), SOL_PACKET, PACKET_AUXDATA, &on, sizeof on), "PACKET_AUXDATA");
  thread_ = std::thread([this] { record(); });
}

Observer::~Observer() {
  stopping_ = true;
  thread_.join();
}

void Observer::record() {
  while (!stopping_) {
    pollfd fd{socket_.get(), POLLIN, 0};
    if (poll(&fd, 1, 50) <= 0) continue;
    sockaddr_ll from{};
    Bytes frame = receive_frame(socket_.get(), from);
    if (frame.empty()) continue;
    const auto direction = from.sll_pkttype == PACKET_OUTGOING ? Direction::kOut : Direction::kIn;
    const std::lock_guard lock(mutex_);
    records_.push_back({std::move(frame), direction});
  }
}

std::vector<Bytes> Observer::frames(Direction direction, const Filter& filter) const {
  const std::lock_guard lock(mutex_);
  std::vector<Bytes> out;
  for (const auto& record : records_)
    if (record.direction == direction && filter(record.bytes)) out.push_back(record.bytes);
  return out;
}

std::size_t Observer::count(Direction direction, const Filter& filter) const {
  return frames(direction, filter).size();
}

bool Observer::wait_for(std::size_t expected, Direction direction, const Filter& filter) const {
  return eventually([&] { return count(direction, filter) >= expected; });
}

void send_frame(Host& host, const std::string& interface, const Bytes& frame) {
  send_frames(host, interface, {frame});
}

void send_frames(Host& host, const std::string& interface, const std::vector<Bytes>& frames) {
  const UniqueFd socket = packet_socket(host, interface, 0);
  for (const Bytes& frame : frames)
    check(send(socket.get(), frame.data(), frame.size(), 0), "send on " + interface);
}

}  // namespace vxtap::lab
