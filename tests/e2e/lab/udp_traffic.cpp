#include <arpa/inet.h>

#include <array>
#include <cstring>

#include "lab/echo_server.hpp"
#include "lab/pattern.hpp"
#include "lab/sockets.hpp"
#include "lab/traffic.hpp"

namespace vxtap::lab {
namespace {

constexpr std::uint16_t kEchoPort = 7002;
constexpr seconds kLost{5};

std::string exchange(const UniqueFd& socket, std::size_t size) {
  std::array<std::uint8_t, 65536> buffer;
  const auto piece = std::span(buffer).first(size);
  fill_pattern(piece, size, 0);
  if (send(socket.get(), piece.data(), size, 0) < 0) return "cannot send " + std::to_string(size) + " bytes";
  buffer.fill(0);
  const ssize_t n = recv(socket.get(), buffer.data(), buffer.size(), 0);
  if (n < 0) return "no echo of " + std::to_string(size) + " bytes";
  if (static_cast<std::size_t>(n) != size)
    return std::to_string(size) + " bytes came back as " + std::to_string(n);
  return first_difference(piece, size, 0) == size ? ""
                                                  : "wrong content in " + std::to_string(size) + " bytes";
}

struct SizeRange {
  std::size_t first, last;
};

std::string echo_sizes(Host& from, Host& to, const std::string& to_address, const SizeRange& range) {
  const Endpoint endpoint(to_address, kEchoPort);
  const EchoServer server(to, endpoint);
  const UniqueFd socket = connected_socket(from, SOCK_DGRAM, endpoint, kLost);
  for (std::size_t size = range.first; size <= range.last; ++size)
    if (std::string wrong = exchange(socket, size); !wrong.empty()) return wrong;
  return {};
}

}  // namespace

std::string udp_echo_of_every_size(Host& from, Host& to, const std::string& to_address, std::size_t largest) {
  return echo_sizes(from, to, to_address, {0, largest});
}

std::string udp_echo_of_size(Host& from, Host& to, const std::string& to_address, std::size_t size) {
  return echo_sizes(from, to, to_address, {size, size});
}

UdpFlow::UdpFlow(Host& from, Host& to, const std::string& to_address, std::uint16_t port)
    : receiver_(bound_socket(to, SOCK_DGRAM, Endpoint(to_address, port), seconds(1))),
      sender_(connected_socket(from, SOCK_DGRAM, Endpoint(to_address, port))) {
  const int size = 4 << 20;
  check(setsockopt(receiver_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size), "SO_RCVBUFFORCE");
  receive_thread_ = std::thread([this] { receive_all(); });
  send_thread_ = std::thread([this] { send_all(); });
}

UdpFlow::~UdpFlow() {
  sending_ = false;
  receiving_ = false;
  shutdown(receiver_.get(), SHUT_RD);
  if (send_thread_.joinable()) send_thread_.join();
  if (receive_thread_.joinable()) receive_thread_.join();
}

bool UdpFlow::goes_on(std::uint64_t more) const {
  const std::uint64_t goal = received_ + more;
  return eventually([&] { return received_ >= goal; });
}

UdpFlow::Result UdpFlow::stop() {
  sending_ = false;
  send_thread_.join();
  eventually([this] { return received_ >= sent_; }, seconds(3));
  receiving_ = false;
  shutdown(receiver_.get(), SHUT_RD);
  receive_thread_.join();
  return {sent_, received_, reordered_};
}

void UdpFlow::send_all() {
  while (sending_) {
    const std::uint64_t number = sent_;
    if (send(sender_.get(), &number, sizeof number, 0) == sizeof number) sent_ = number + 1;
    std::this_thread::sleep_for(milliseconds(1));
  }
}

void UdpFlow::receive_all() {
  std::uint64_t next = 0;
  while (receiving_) {
    std::uint64_t number = 0;
    if (recv(receiver_.get(), &number, sizeof number, 0) != sizeof number) continue;
    if (number < next) ++reordered_;
    next = number + 1;
    ++received_;
  }
}

}  // namespace vxtap::lab
