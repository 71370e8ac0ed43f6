#include "lab/observer.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

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

}  // namespace

Observer::Observer(Host& host, const std::string& interface)
    : socket_(packet_socket(host, interface, ETH_P_ALL)) {
  const int size = 16 << 20;
  check(setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size), "SO_RCVBUFFORCE");
  thread_ = std::thread([this] { record(); });
}

Observer::~Observer() {
  stopping_ = true;
  thread_.join();
}

void Observer::record() {
  std::array<std::uint8_t, 65536 + 64> buffer;
  while (!stopping_) {
    pollfd fd{socket_.get(), POLLIN, 0};
    if (poll(&fd, 1, 50) <= 0) continue;
    sockaddr_ll from{};
    socklen_t from_size = sizeof from;
    const ssize_t size =
        recvfrom(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT, as_sockaddr(&from), &from_size);
    if (size <= 0) continue;
    const auto direction = from.sll_pkttype == PACKET_OUTGOING ? Direction::kOut : Direction::kIn;
    const std::lock_guard lock(mutex_);
    records_.push_back({Bytes(buffer.data(), buffer.data() + size), direction});
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
