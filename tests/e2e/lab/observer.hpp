#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lab/host.hpp"

namespace vxtap::lab {

using Bytes = std::vector<std::uint8_t>;

/// Records every frame of one interface, in both directions and with its 802.1Q tag, from construction to
/// destruction.
class Observer {
 public:
  using Filter = std::function<bool(const Bytes&)>;
  enum class Direction { kIn, kOut };

  Observer(Host& host, const std::string& interface);
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  ~Observer();

  /// Frames recorded so far that the filter lets through.
  std::vector<Bytes> frames(Direction direction, const Filter& filter) const;
  std::size_t count(Direction direction, const Filter& filter) const;
  /// False when there were not `count` such frames within the patience.
  bool wait_for(std::size_t count, Direction direction, const Filter& filter) const;

 private:
  struct Record {
    Bytes bytes;
    Direction direction;
  };
  void record();

  UniqueFd socket_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<Record> records_;  // guarded by mutex_
  std::thread thread_;
};

/// Puts one frame on an interface, as if the host's stack had sent it there.
void send_frame(Host& host, const std::string& interface, const Bytes& frame);
/// The same back to back, nothing else in between.
void send_frames(Host& host, const std::string& interface, const std::vector<Bytes>& frames);

}  // namespace vxtap::lab
