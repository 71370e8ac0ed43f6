#pragma once

#include <functional>
#include <string>

#include "lab/traffic.hpp"
#include "lab/tunnel.hpp"

namespace vxtap::lab {

/// A tunnel between a vxtapd on host 0 and the kernel's driver on host 1, a third host, and a numbered
/// datagram a millisecond each way.
class FaultSite {
 public:
  FaultSite();

  Host& near() { return tunnel_.near(); }
  Host& far() { return tunnel_.far(); }
  Host& third() { return third_; }
  Vxtapd& daemon() { return *tunnel_.near_daemon; }

  struct Fault {
    std::string name;
    std::function<void()> begin;
    std::function<bool()> seen;  ///< becomes true while it lasts: a counter, the log
    std::function<void()> end;
  };
  /// Traffic passes, the fault comes, is seen and goes, and without a restart traffic passes again; prints
  /// how long that took.
  void survive(const Fault& fault);

  std::int64_t drops(std::string_view reason) { return daemon().segment_drops(42, reason); }
  /// A predicate for Fault::seen: the counter has grown since now.
  std::function<bool()> grows(const std::string& reason);
  std::function<bool()> said(const std::string& words);

 private:
  Tunnel tunnel_{Peer::kKernel};
  Host third_;
  std::optional<UdpFlow> out_, in_;
};

}  // namespace vxtap::lab
