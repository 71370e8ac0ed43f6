#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>

#include "vxtap/drop_reason.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/fdb.hpp"
#include "vxtap/ports.hpp"
#include "vxtap/segment.hpp"
#include "vxtap/storm_control.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap {

/// Where datagrams arrive: the local VTEP whose segments they may belong to.
struct Endpoint {
  EndpointId id = 0;
  VtepAddress local;
};

/// What is to be done with a frame from a TAP. Points into the SegmentTable it was made from.
struct TapVerdict {
  const Segment* segment = nullptr;
  std::optional<DropReason> drop;
  std::optional<FloodKind> flooded;      ///< remotes() is the flood list
  bool tagged = false;                   ///< a trunk's frame: its 802.1Q tag is not carried
  bool inner_dont_fragment = false;      ///< IPv6, or IPv4 with DF
  Remote unicast;                        ///< the FDB's answer, unless flooded or for some remotes
  std::span<const Remote> some_remotes;  ///< not empty: these and no others
  OuterHeader outer;

  std::span<const Remote> remotes() const noexcept {
    if (drop) return {};
    if (!some_remotes.empty()) return some_remotes;
    return flooded ? std::span<const Remote>(segment->flood_list) : std::span<const Remote>(&unicast, 1);
  }
};

/// What learning would do with the frame's source; decided with the verdict, carried out by `learn`.
struct Learning {
  enum class Step : std::uint8_t { kNone, kRefresh, kLearn };
  Step step = Step::kNone;
  MacAddress source;
  Remote remote;
  Remote before;          ///< kLearn: where the table has it now; without address when it has not
  Tick* heard = nullptr;  ///< kRefresh: the entry's clock, see FdbHit
  std::optional<LearnOutcome> outcome = {};  ///< of `learn`, noted by who carried it out
};

/// What is to be done with a datagram from the underlay. It names a segment and so a TAP, and can name no
/// underlay destination: nothing that arrives can be sent back.
struct UnderlayVerdict {
  const Segment* segment = nullptr;  ///< null when dropped before the VNI was found
  std::optional<DropReason> drop;
  MutableBytes inner;  ///< the Ethernet frame, inside the datagram's buffer
  Learning learning;   ///< also set on some drops: what is dropped after learning still teaches
};

/// The walk of packets.md from a TAP. Pure: reads the tables, changes nothing. O(1) in segments and entries.
TapVerdict from_tap(const SegmentTable& segments, const Fdb& fdb, TapId tap, const Frame& frame) noexcept;

/// The walk of packets.md from the underlay. Changes nothing but the inner frame's ECN field, which is
/// brought to what RFC 6040 says.
UnderlayVerdict from_underlay(const SegmentTable& segments, const Fdb& fdb, const Endpoint& endpoint,
                              const Datagram& datagram) noexcept;

/// The same for the datagram behind another of one train, when that one was not dropped and both begin with
/// the same VXLAN and Ethernet headers, and without a tag (begin_alike): then only the ECN field is left to
/// look at. There is nothing more to learn.
UnderlayVerdict from_underlay_again(const UnderlayVerdict& before, const Datagram& datagram) noexcept;
bool begin_alike(BytesView payload, BytesView other) noexcept;
inline constexpr std::size_t kAlikeHeaders = kVxlanHeaderSize + kEthernetHeaderSize;  ///< what that compares

/// Fetches what the walk of a frame or datagram later in the batch will ask the FDB for. Hints, nothing more.
void expect_from_tap(const SegmentTable& segments, const Fdb& fdb, TapId tap, const Frame& frame) noexcept;
void expect_from_underlay(const Fdb& fdb, const Endpoint& endpoint, const Datagram& datagram) noexcept;

/// How far ahead that is worth while: memory answers in the time of about so many look-ups.
inline constexpr std::size_t kExpectAhead = 8;

/// Carries out what a verdict decided; empty when there was nothing to learn. `displaced` as of Fdb::learn().
std::optional<LearnOutcome> learn(const UnderlayVerdict& verdict, Fdb& fdb, Tick now,
                                  std::optional<FdbEntry>* displaced = nullptr) noexcept;

}  // namespace vxtap
