#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/draft.hpp"

/// One element of `segments` may stand for many: its n-th VNI goes with its n-th VID.
namespace vxtap::config {

/// Reports ranges that do not fit each other or what stands beside them. A range that cannot be expanded
/// loses its value, as one that could not be read.
void check_ranges(SegmentDraft& draft);

/// How many segments the draft stands for. Below, `index` counts them from 0.
std::size_t count_of(const SegmentDraft& draft);
/// Meaningful when the draft has a VNI.
Vni vni_at(const SegmentDraft& draft, std::size_t index);
/// Empty: untagged.
std::optional<std::uint16_t> vlan_at(const SegmentDraft& draft, std::size_t index);
/// "blue", of a range "blue-10000"; without a name given "vni-42".
std::string name_at(const SegmentDraft& draft, std::size_t index);

/// Appends each of the draft's segments: `pattern` with its own VNI, VID and name.
void expand(const SegmentDraft& draft, const Segment& pattern, std::vector<Segment>& segments);

}  // namespace vxtap::config
