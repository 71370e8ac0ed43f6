#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "handover/saved_state.hpp"
#include "io/unique_fd.hpp"
#include "service/descriptor_store.hpp"

namespace vxtap::handover {

struct InheritedTap {
  std::vector<io::UniqueFd> queues;  ///< empty: there was no such TAP
  io::TapTraces traces;
};

/// What an earlier process left with the service manager, to be taken up piece by piece by a start.
///
/// Theory of operation. While a vxtapd runs, the service manager holds a second descriptor of each TAP queue
/// and of each receiving socket, and of two files with a description (StateFiles). When the process ends,
/// however it ends, nothing is closed: interfaces keep their carrier, queues and sockets collect what
/// arrives. The next process gets all of it and reads its own configuration as if nothing had been before;
/// wherever it would open a TAP or a socket, it looks here first. What it does not ask for was configured
/// away, and is given up.
///
/// Sending sockets are not kept: nothing waits in them, and the same ports are found again.
///
/// Control thread; moved, not copied. An empty one, as after a first start, has nothing of anything.
class Inheritance {
 public:
  Inheritance() = default;
  Inheritance(SavedState state, std::vector<service::KeptDescriptor> descriptors);

  /// Numbers of local VTEPs are kept, since the keys of segments and FDB entries contain them.
  std::optional<EndpointId> endpoint(const io::LocalVtep& vtep) const;
  std::vector<EndpointId> endpoints() const;
  /// Null for a segment that was not there.
  const SavedSegment* segment(SegmentKey key) const;

  // Each can be taken once.
  std::vector<io::UniqueFd> take_receivers(const io::LocalVtep& vtep);
  /// Empty when it was not joined.
  io::UniqueFd take_group(const io::LocalVtep& vtep, const VtepAddress& group);
  InheritedTap take_tap(const std::string& name);
  /// All that are left.
  std::vector<InheritedTap> take_taps();
  /// Perhaps a million entries, hence not copied.
  std::vector<FdbEntry> take_fdb() { return std::exchange(state_.fdb, {}); }

  /// Closes the sockets of local VTEPs that are not among `wanted`, so that their ports are free, in the
  /// service manager as well.
  void release_endpoints_except(const std::vector<io::LocalVtep>& wanted);

  const SavedState& state() const noexcept { return state_; }

  // How many of each there are to be taken.
  std::size_t taps() const;
  std::size_t sockets() const;

 private:
  SavedState state_;
  std::map<std::string, std::vector<io::UniqueFd>> descriptors_;
  std::map<std::uint64_t, std::size_t> segments_;  // by SegmentKey::to_u40

  std::vector<io::UniqueFd> take(const std::string& name);
};

}  // namespace vxtap::handover
