#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "lab/host.hpp"

namespace vxtap::soak {

/// Frames of an EtherType nobody speaks, as fast as asked, each from another MAC: put on an interface for
/// somebody behind it, whose FDB learns every one of them.
class Churn {
 public:
  /// Sends through `interface` to `destination`, `rate` frames a second, until it is stopped.
  Churn(lab::Host& host, const std::string& interface, const std::string& destination, std::uint64_t rate);
  Churn(const Churn&) = delete;
  Churn& operator=(const Churn&) = delete;
  ~Churn() { stop(); }

  /// How many the kernel took, or has counted as dropped.
  std::uint64_t stop();

 private:
  void send_all(std::uint64_t rate);

  lab::UniqueFd socket_;
  std::string frame_;
  std::atomic<bool> sending_{true};
  std::uint64_t sent_ = 0;  // of the thread until it is joined
  std::thread thread_;
};

}  // namespace vxtap::soak
