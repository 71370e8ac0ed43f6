#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "lab/link_watch.hpp"
#include "lab/served_tunnel.hpp"

namespace vxtap::lab {

/// A tunnel that runs, whose near end has learned a station that says nothing more, watched on both sides.
struct RunningTunnel : ServedTunnel {
  RunningTunnel();
  /// `install` brings the service to a machine that has none.
  RunningTunnel(const Machine::Files& files, const std::function<void(Machine&)>& install);

  bool knows_silent_station();
  /// Neither end of the tunnel saw anything of the interfaces, and the FDB is what it was.
  void check_untouched();

  void restart() { machine.must("systemctl restart vxtapd"); }
  /// Returns when systemd has started it anew.
  void crash();

  /// Transfers of `bytes` over TCP each way, all of which must arrive as they were sent, for as long as the
  /// interruptions take, which come one after the other.
  void check_transfers(std::uint64_t bytes, const std::vector<std::function<void()>>& interruptions);

 private:
  unsigned index_ = 0;
  std::optional<LinkWatch> near_links_, far_links_;

  void begin();
};

}  // namespace vxtap::lab
