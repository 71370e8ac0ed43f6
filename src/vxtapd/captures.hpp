#pragma once

#include <memory>
#include <set>

#include "control/daemon_api.hpp"
#include "vxtapd/state.hpp"
#include "vxtapd/watches.hpp"

namespace vxtap::daemon {

class CaptureStream;

/// The captures that run. Control thread. Outlives the streams it hands out, and is outlived by `watches`.
class Captures {
 public:
  /// Each costs the workers a copy of every packet it wants, and 8 MiB.
  static constexpr std::size_t kMost = 4;

  explicit Captures(Watches& watches) : watches_(watches) {}

  /// Runs until the stream goes. Throws control::Fault for one too many, and for a filter that is no program.
  std::unique_ptr<control::ByteStream> open(const control::CaptureRequest& request, const State& state);
  /// The workers have a new configuration.
  void state_changed(const State& state);

 private:
  friend class CaptureStream;

  Watches& watches_;
  std::set<CaptureStream*> open_;
};

}  // namespace vxtap::daemon
