#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "lab/sockets.hpp"

namespace vxtap::bench {

/// Room for about 10 ms of the fastest run, so that a receiver that waits for its CPU loses nothing.
inline constexpr int kReceiveBuffer = 8 << 20;

/// Counts the datagrams that arrive at a host until it is destroyed.
class UdpReceiver {
 public:
  UdpReceiver(lab::Host& host, const lab::Endpoint& endpoint);
  UdpReceiver(const UdpReceiver&) = delete;
  UdpReceiver& operator=(const UdpReceiver&) = delete;
  ~UdpReceiver();

  std::uint64_t received() const noexcept { return received_.load(std::memory_order_relaxed); }

 private:
  void receive_all();

  lab::UniqueFd socket_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> received_{0};
  std::thread thread_;
};

/// Sends equal datagrams over a connected socket from its own thread until it is stopped.
class UdpSender {
 public:
  /// As fast as it can, or so many a second.
  UdpSender(lab::UniqueFd socket, std::size_t payload, double per_second = 0);
  UdpSender(const UdpSender&) = delete;
  UdpSender& operator=(const UdpSender&) = delete;
  ~UdpSender();

  /// Of these the local host took charge.
  std::uint64_t sent() const noexcept { return sent_.load(std::memory_order_relaxed); }
  void stop();

 private:
  void send_one();
  void blast();
  void pace(double per_second);

  lab::UniqueFd socket_;
  std::vector<char> payload_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> sent_{0};
  std::thread thread_;
};

}  // namespace vxtap::bench
