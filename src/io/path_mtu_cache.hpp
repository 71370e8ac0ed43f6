#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "io/unique_fd.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap::io {

/// What the kernel knows of the paths to remotes: the MTU of the route, of its interface, or what a router
/// reported by ICMP. Each remote is asked for anew after a second. One thread at a time.
class PathMtuCache {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// `probe`: a UDP socket of the local VTEP (open_path_probe) that is connected to each remote in turn.
  PathMtuCache(UniqueFd probe, std::uint32_t scope) : probe_(std::move(probe)), scope_(scope) {}

  /// Bytes of the largest outer IP packet; 0 without a route.
  std::uint32_t mtu(const Remote& remote, TimePoint now) noexcept;

  /// Sending there found it narrower.
  void forget(const Remote& remote) noexcept;

 private:
  struct Entry {
    VtepAddress address;
    std::uint32_t mtu = 0;
    TimePoint asked{};  // the epoch: never
  };
  static constexpr std::size_t kEntries = 1024;

  UniqueFd probe_;
  std::uint32_t scope_;
  std::vector<Entry> entries_;  // by hash, the latest takes the place

  Entry& entry_of(const Remote& remote) noexcept;
  std::uint32_t ask(const Remote& remote) const noexcept;
};

}  // namespace vxtap::io
