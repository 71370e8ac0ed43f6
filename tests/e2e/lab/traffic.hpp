#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "lab/host.hpp"

namespace vxtap::lab {

struct PingResult {
  unsigned sent = 0;
  unsigned received = 0;
};

/// ICMP or ICMPv6 echoes, one after another, each waited for `patience`; replies are matched by content.
PingResult ping(Host& host, const std::string& address, unsigned count = 1,
                milliseconds patience = seconds(5));

/// Echoes one after another for about `duration`, each sent when the one before is answered; the round-trip
/// times of those that were. An echo without an answer is given up after a second.
std::vector<std::chrono::nanoseconds> ping_times(Host& host, const std::string& address,
                                                 std::chrono::nanoseconds duration);

/// Echoes until one is answered; false when none was within the patience.
bool reaches(Host& host, const std::string& address, seconds patience = kPatience);

// Where the traffic of these helpers goes unless told otherwise.
inline constexpr std::uint16_t kFlowPort = 7000, kTransferPort = 7001;

inline constexpr auto kStarved = "no byte for 30 s";
inline constexpr auto kWrongContent = "wrong content";

/// Sends `bytes` of a pseudo-random stream over TCP and checks every byte on arrival. Empty when all came;
/// else what went wrong, at either end. Thirty seconds without a byte are a failure, told as kStarved.
/// `accepted` grows by one when the connection is.
std::string tcp_transfer(Host& from, Host& to, const std::string& to_address, std::uint64_t bytes,
                         std::uint16_t port = kTransferPort, std::atomic<unsigned>* accepted = nullptr);

/// One datagram of each size from 0 to `largest`, each echoed by the peer and compared. Empty when all
/// were; else what went wrong.
std::string udp_echo_of_every_size(Host& from, Host& to, const std::string& to_address, std::size_t largest);

/// The same for one size.
std::string udp_echo_of_size(Host& from, Host& to, const std::string& to_address, std::size_t size);

/// A paced UDP flow of numbered datagrams, about a thousand a second, until stopped.
class UdpFlow {
 public:
  UdpFlow(Host& from, Host& to, const std::string& to_address, std::uint16_t port = kFlowPort);
  UdpFlow(const UdpFlow&) = delete;
  UdpFlow& operator=(const UdpFlow&) = delete;
  ~UdpFlow();

  std::uint64_t received() const noexcept { return received_; }
  /// Waits until `more` further datagrams arrived.
  bool goes_on(std::uint64_t more = 100) const;

  struct Result {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t reordered = 0;
  };
  /// Stops the sender, waits for what is under way, and counts.
  Result stop();

 private:
  void send_all();
  void receive_all();

  UniqueFd receiver_;
  UniqueFd sender_;
  std::atomic<bool> sending_{true};
  std::atomic<bool> receiving_{true};
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> received_{0};
  std::atomic<std::uint64_t> reordered_{0};
  std::thread receive_thread_;
  std::thread send_thread_;
};

}  // namespace vxtap::lab
