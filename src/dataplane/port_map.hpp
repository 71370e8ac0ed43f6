#pragma once

#include <cstddef>
#include <vector>

#include "vxtap/ports.hpp"
#include "vxtap/segment.hpp"

namespace vxtap::dataplane {

/// One worker's ports by the numbers that segments name. Borrowed pointers; null for what is not there.
/// Changed by the worker between two batches, while nobody else reads it.
class PortMap {
 public:
  TapPort* tap(TapId id) const noexcept { return id < taps_.size() ? taps_[id] : nullptr; }
  Underlay* underlay(EndpointId id) const noexcept {
    return id < underlays_.size() ? underlays_[id] : nullptr;
  }

  void set_tap(TapId id, TapPort* port) { set(taps_, id, port); }
  void set_underlay(EndpointId id, Underlay* underlay) { set(underlays_, id, underlay); }
  /// It is about to go.
  void forget(const Underlay& underlay) {
    for (Underlay*& known : underlays_)
      if (known == &underlay) known = nullptr;
  }

 private:
  std::vector<TapPort*> taps_;
  std::vector<Underlay*> underlays_;

  template <typename T>
  static void set(std::vector<T*>& ports, std::size_t id, T* port) {
    if (ports.size() <= id) ports.resize(id + 1);
    ports[id] = port;
  }
};

}  // namespace vxtap::dataplane
