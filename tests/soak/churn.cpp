#include "soak/churn.hpp"

#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>

#include "lab/packets.hpp"
#include "lab/sockets.hpp"

namespace vxtap::soak {
namespace {

constexpr std::size_t kSourceAt = 6;
constexpr std::uint64_t kPause = 1000;  // turns a second

}  // namespace

Churn::Churn(lab::Host& host, const std::string& interface, const std::string& destination,
             std::uint64_t rate)
    : socket_(host.socket(AF_PACKET, SOCK_RAW, 0)) {
  const auto bytes = lab::test_frame("02:c0:00:00:00:00", destination);
  frame_.assign(bytes.begin(), bytes.end());
  sockaddr_ll where{};
  where.sll_family = AF_PACKET;
  where.sll_ifindex = static_cast<int>(host.interface_index(interface));
  lab::check(::bind(socket_.get(), lab::as_sockaddr(&where), sizeof where), "bind to " + interface);
  thread_ = std::thread([this, rate] { send_all(rate); });
}

std::uint64_t Churn::stop() {
  sending_ = false;
  if (thread_.joinable()) thread_.join();
  return sent_;
}

void Churn::send_all(std::uint64_t rate) {
  const auto begin = std::chrono::steady_clock::now();
  std::uint32_t source = 0;
  while (sending_) {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - begin;
    const auto due = static_cast<std::uint64_t>(since.count() * static_cast<double>(rate));
    while (sent_ < due && sending_) {
      ++source;
      for (std::size_t i = 0; i < 4; ++i)
        frame_[kSourceAt + 2 + i] = static_cast<char>(source >> (24 - 8 * i));
      // ENOBUFS: the TAP's queue had no room, and the kernel counts it.
      const bool taken = ::send(socket_.get(), frame_.data(), frame_.size(), 0) > 0;
      if (taken || errno == ENOBUFS) ++sent_;
      if (!taken) break;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(1'000'000 / kPause));
  }
}

}  // namespace vxtap::soak
