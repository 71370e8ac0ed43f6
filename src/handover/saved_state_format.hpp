#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "handover/saved_state.hpp"
#include "vxtap/bytes.hpp"

namespace vxtap::handover {

/// Raised with every change of the format below, or of an enumeration or list of counters that it carries. A
/// state of another version is refused, never guessed at.
inline constexpr std::uint32_t kFormatVersion = 2;

/// The state as bytes:
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///     |                    "vxtap" and three zeros                    |
///     |                                                               |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///     |                        kFormatVersion                         |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///     |                     CRC-32 of what follows                    |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///     |                        length of the body                     |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///     |  body: the members of SavedState, in their order ...
///
/// Numbers in network byte order; a list or text is its length in four bytes, then its elements.
std::vector<std::uint8_t> encode(const SavedState& state);

/// What encode() made, or why it is refused. Bytes behind the body are left alone. Of anybody's bytes:
/// bounded in time and memory by their number.
struct Decoded {
  std::optional<SavedState> state;
  std::string refused;  ///< when there is none
};
Decoded decode(BytesView bytes);

}  // namespace vxtap::handover
