#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>

#include "vxtap/forwarder.hpp"

namespace vxtap::dataplane {

// What a packet looked like at one of the four places where it is seen, and what became of it there. All that
// is pointed to lasts until the call returns.

/// A frame that the host handed over.
struct FromTap {
  TapId tap = 0;
  std::span<const BytesView> pieces;  ///< the frame's bytes in order, as they were read
  FrameOffload offload;
  const TapVerdict& verdict;       ///< remotes(): those it goes to
  std::optional<DropReason> drop;  ///< of the frame, or of some of its copies
  bool answered = false;           ///< ARP or ND that was answered here
};

/// An encapsulated copy that was sent, or was to be.
struct ToUnderlay {
  const Segment& segment;
  const Outbound& copy;
  const SendResult& result;
};

/// A datagram that arrived. Its inner ECN field is already what it is delivered with.
struct FromUnderlay {
  const Endpoint& endpoint;
  const Datagram& datagram;
  const UnderlayVerdict& verdict;
  bool withheld = false;  ///< a report of memberships that the host shall not hear
};

/// A frame that was written to a TAP, or was to be.
struct ToTap {
  const Segment& segment;
  const Delivery& frame;
  std::optional<DropReason> drop;
};

/// Somebody who looks at packets while they pass: captures, and the stream of drops. While nobody looks, it
/// costs one look at a shared byte for each packet and place. Called on worker threads, from any of them at
/// once; an implementation bounds what a call may cost.
class Watch {
 public:
  enum class Level : std::uint8_t { kNothing, kDrops, kEverything };

  virtual ~Watch() = default;

  /// Any thread.
  void set_level(Level level) noexcept { level_.store(level, std::memory_order_relaxed); }
  Level level() const noexcept { return level_.load(std::memory_order_relaxed); }
  bool active() const noexcept { return level() != Level::kNothing; }
  /// Whether it wants to see a packet that was, or was not, dropped.
  bool wants(bool dropped) const noexcept {
    const Level wanted = level();
    return wanted == Level::kEverything || (wanted == Level::kDrops && dropped);
  }

  virtual void saw(const FromTap&) noexcept {}
  virtual void saw(const ToUnderlay&) noexcept {}
  virtual void saw(const FromUnderlay&) noexcept {}
  virtual void saw(const ToTap&) noexcept {}

 private:
  std::atomic<Level> level_{Level::kNothing};
};

}  // namespace vxtap::dataplane
