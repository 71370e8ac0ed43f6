#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/config.hpp"
#include "core/group_memberships.hpp"
#include "dataplane/worker_change.hpp"
#include "io/sender_pool.hpp"
#include "io/tap_device.hpp"
#include "vxtap/segment.hpp"

namespace vxtap::daemon {

struct TapRecord {
  TapId id = 0;
  io::TapSettings settings;
  std::shared_ptr<io::TapDevice> device;  ///< null while the interface is gone
  std::shared_ptr<TapState> state;
};

struct GroupRecord {
  dataplane::ReceiverId receiver = 0;
  std::size_t worker =
      0;  ///< the one that receives: a group's packets are copied to every socket that joined
};

struct EndpointRecord {
  EndpointId id = 0;
  io::LocalVtep vtep;
  std::string link = {};  ///< name of the interface that vtep.scope is the number of; empty for none
  std::vector<dataplane::ReceiverId> receivers;  ///< one each worker
  std::map<VtepAddress, GroupRecord> groups;
  std::shared_ptr<const io::SenderPools> senders;
  bool receive_trains = true;  ///< false: one of its segments has `offload: off`
};

struct SegmentRecord {
  config::Segment config;
  SegmentKey key;
  TapId tap = 0;
  std::uint16_t send_profile = 0;
  std::shared_ptr<SegmentState> state;
  std::vector<Remote> flood_list;  ///< the file's, and what was changed over the control socket
  /// Unicast entries made over the control socket: their remotes are accepted.
  std::map<MacAddress, Remote> control_entries = {};
  std::shared_ptr<GroupMemberships> memberships = {};  ///< null: none was ever needed
  std::shared_ptr<const GroupTable> groups = {};       ///< built of them
  bool groups_stale = false;                           ///< they changed since
};

/// Whose packets `accept: peers` takes.
std::vector<VtepAddress> peers_of(const SegmentRecord& segment);
/// Whether the address is one of them for the sake of an entry made over the control socket.
bool has_control_entry_to(const SegmentRecord& segment, const VtepAddress& address);

/// Everything that the running configuration stands for. Control thread only; a reload builds the next one
/// beside it, sharing what does not change.
struct State {
  config::Config config;
  std::map<TapId, TapRecord> taps;
  std::vector<EndpointRecord> endpoints;
  std::vector<SegmentRecord> segments;
  dataplane::ReceiverId next_receiver = 0;

  /// References stay valid until the State goes.
  TapRecord& add_tap(TapRecord record);
  void add_segment(SegmentRecord record);

  // Null for what is not there.
  const TapRecord* tap(const std::string& name) const noexcept;
  TapRecord* tap(const std::string& name) noexcept;
  const EndpointRecord* endpoint(const io::LocalVtep& vtep) const noexcept;
  const SegmentRecord* segment(SegmentKey key) const noexcept;
  SegmentRecord* segment(SegmentKey key) noexcept;

 private:
  std::unordered_map<std::string, TapId> tap_ids_;
  std::unordered_map<std::uint64_t, std::size_t> segment_indices_;  // by SegmentKey::to_u40
};

/// What the workers are given. `state` must name only taps and endpoints that it has.
std::shared_ptr<const SegmentTable> build_table(const State& state);

}  // namespace vxtap::daemon
