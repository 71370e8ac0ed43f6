#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <thread>

#include "lab/sockets.hpp"

namespace vxtap::lab {

/// A UDP flow as fast as the sender can, of all sizes: runs of equal datagrams, runs that end in a shorter
/// one, any size, tiny ones. Size and content follow from the flow and the datagram's number, so that the
/// receiver can tell a repeated, overtaken or damaged datagram from a lost one.
class MixedFlow {
 public:
  struct Options {
    std::uint16_t port = 7100;         ///< names the flow, too
    std::size_t largest = 0;           ///< payload bytes
    std::uint64_t datagrams = 50'000;  ///< at most
    unsigned burst = 0;                ///< rest a millisecond after so many; 0: never
  };
  MixedFlow(Host& from, Host& to, const std::string& to_address, const Options& options);
  MixedFlow(const MixedFlow&) = delete;
  MixedFlow& operator=(const MixedFlow&) = delete;
  ~MixedFlow();

  struct Result {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::string wrong = {};  ///< the first datagram that was none of those due; empty when all were
  };
  /// Stops the sender, waits for what is under way, and judges.
  Result stop();

 private:
  std::size_t size_of(std::uint64_t number) const;
  /// What a datagram holds: its number as far as it fits, then the pattern.
  void fill(std::span<std::uint8_t> bytes, std::uint64_t number) const;
  void send_all();
  void receive_all();
  /// The number of the arrived datagram; throws when no datagram from `next` on is like it.
  std::uint64_t identify(std::span<const std::uint8_t> bytes, std::uint64_t next) const;

  const Options options_;
  UniqueFd receiver_;
  UniqueFd sender_;
  std::atomic<bool> sending_{true};
  std::atomic<bool> ended_{false};  ///< nothing more is sent
  std::atomic<std::uint64_t> sent_{0};
  std::uint64_t received_ = 0;  // of the receiver's thread until it is joined
  std::string wrong_;           // likewise
  std::thread receive_thread_;
  std::thread send_thread_;
};

}  // namespace vxtap::lab
