#pragma once

#include <cstdint>
#include <optional>

#include "core/fdb_remotes.hpp"
#include "vxtap/fdb.hpp"

namespace vxtap {

/// Buckets that learning looks through for a place: 32 kB, in order, some microseconds.
inline constexpr std::size_t kPlacesSearched = 256;

/// How many reachable entries each remote may count on in a segment that is full. Empty when the remote whose
/// `standing` this is, the entry that it asks for included, would have more; then there is no place for it.
std::optional<std::uint32_t> fair_share(const FdbRemotes::Standing& standing,
                                        const FdbAccount& account) noexcept;

}  // namespace vxtap
