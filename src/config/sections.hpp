#pragma once

#include "config/draft.hpp"
#include "config/section.hpp"

/// The tables of keys, one for each map of the file; vxtapd.yaml(5) explains them.
namespace vxtap::config {

/// An element of neighbours while it is read.
struct NeighbourDraft {
  Given<std::optional<VtepAddress>> ip;
  Given<std::optional<MacAddress>> mac;
};

/// An element of fdb.static while it is read.
struct StaticEntryDraft {
  Given<std::optional<MacAddress>> mac;
  std::optional<RemoteDraft> remote;
  std::optional<Value> remote_source;
};

extern const Section<FileDraft> kFileSection;
extern const Section<Config> kLogSection;
extern const Section<Control> kControlSection;
extern const Section<Metrics> kMetricsSection;
extern const Section<UnderlayDraft> kUnderlaySection;
extern const Section<SegmentDraft> kSegmentSection;
extern const Section<TapDraft> kTapSection;
extern const Section<PeersDraft> kPeersSection;
extern const Section<FdbDraft> kFdbSection;
extern const Section<StaticEntryDraft> kStaticEntrySection;
extern const Section<StormControl> kStormControlSection;
extern const Section<NeighbourDraft> kNeighbourSection;

/// The list of neighbours, each of whose addresses stands in it once.
void read_neighbours(const Value& value, SegmentDraft& segment);
/// A remote with its place, for the checks that need the whole segment.
std::optional<RemoteDraft> read_remote_draft(const Value& value);

}  // namespace vxtap::config
