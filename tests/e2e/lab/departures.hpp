#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lab/observer.hpp"
#include "lab/overlay.hpp"

namespace vxtap::lab {

/// "192.0.2.2:4789" for each copy of a frame, sorted.
using Copies = std::vector<std::string>;

/// Where host 0's daemon sends what is put on its TAP. The daemon must have one worker, so that frames leave
/// in the order in which they came, and a flood list that is not empty; the wire must not hand over trains
/// (`tx_offload = false`).
class Departures {
 public:
  explicit Departures(Wire& wire, std::string tap = "vx42");

  /// Puts the frame, which must be like no other, on the TAP. Waits until `expected` copies of it have left,
  /// then until a broadcast put there after them has; what left by then are all the copies.
  Copies of(const Bytes& frame, std::size_t expected);
  /// Of a test frame from the TAP's own MAC.
  Copies towards(const std::string& destination, std::size_t expected);

 private:
  Copies copies(const Bytes& inner) const;

  Host& host_;
  const std::string tap_;
  Observer underlay_;
  std::uint32_t mark_ = 0x0F000000;
};

}  // namespace vxtap::lab
