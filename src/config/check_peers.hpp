#pragma once

#include <vector>

#include "config/draft.hpp"

namespace vxtap::config {

/// The flood list of the segment: the key that its mode asks for, each remote checked against the underlay.
Peers check_peers(const SegmentDraft& draft);
/// fdb.static likewise, without duplicates and within fdb.limit.
std::vector<StaticEntry> check_static_entries(const SegmentDraft& draft);

/// "IPv4" or "IPv6".
std::string_view family_of(const VtepAddress& address);

}  // namespace vxtap::config
