#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/address_value.hpp"
#include "config/config.hpp"
#include "config/value.hpp"

/// What the readers leave for the checks: values that are right by themselves, and where they came from. What
/// could not be read keeps its default and has been reported; a source without a usable value is passed over
/// in silence.
namespace vxtap::config {

/// Bytes. Of our choosing: names are columns of tables.
inline constexpr std::size_t kMaxSegmentName = 64;

/// VIDs 0 and 4095 are reserved (IEEE 802.1Q, table 9-2).
inline constexpr Range kVlanRange{1, 4094};

struct UnderlayDraft {
  Underlay values;             ///< local is the unspecified address until one was read
  std::optional<Value> local;  ///< sources
  std::optional<Value> require_device;
  std::optional<Value> flow_label;
  std::vector<Value> prefixes;  ///< of values.accept.prefixes, one by one
};

struct RemoteDraft {
  WrittenRemote written;
  Value source;
};

/// One of peers' three keys for remotes.
struct RemotesKey {
  std::optional<Value> source;
  std::vector<RemoteDraft> remotes;
};

struct PeersDraft {
  std::optional<Value> source;
  Given<std::optional<PeerMode>> mode;
  RemotesKey remote, group, remotes;
};

struct StaticDraft {
  MacAddress mac;
  RemoteDraft remote;
  Value source;
};

struct FdbDraft {
  FdbOptions values;  ///< without static_entries
  std::optional<Value> static_source;
  std::vector<StaticDraft> static_entries;
};

struct TapDraft {
  Tap values;
  std::optional<Value> source;
  std::optional<Value> name;
};

struct NeighboursDraft {
  std::optional<Value> source;
  std::vector<Neighbour> values;
};

/// One element of the file's list: a segment, or as many as its ranges say.
struct SegmentDraft {
  /// Begins with the file's underlay, which the segment's own changes key by key.
  SegmentDraft(Value where, const UnderlayDraft& inherited) : source(std::move(where)), underlay(inherited) {}

  Value source;
  KeyPositions keys;
  Given<std::optional<Range>> vni;  ///< of one number: a single VNI
  Given<std::string> name;
  Given<std::optional<Range>> vlan;
  UnderlayDraft underlay;
  TapDraft tap;
  PeersDraft peers;
  FdbDraft fdb;
  StormControl storm_control;
  bool neighbour_suppression = false;
  NeighboursDraft neighbours;
  bool multicast_snooping = false;
};

struct FileDraft {
  Config values;  ///< without segments
  UnderlayDraft underlay;
  std::shared_ptr<const std::vector<KeyPositions::Key>> keys;  ///< those outside of segments
  std::optional<Value> segments;                               ///< not yet read
};

}  // namespace vxtap::config
