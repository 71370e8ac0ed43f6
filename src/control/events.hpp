#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "control/daemon_api.hpp"
#include "control/json_text.hpp"

/// What a subscriber is told, one object a line.
namespace vxtap::control {

enum class EventTopic : std::uint8_t { kFdb, kDrops, kSegments, kConfig };
inline constexpr std::size_t kEventTopicCount = 4;
using EventTopics = std::bitset<kEventTopicCount>;  ///< indexed by the enumerators

std::string_view word(EventTopic topic) noexcept;
/// Empty for a word that names no topic.
std::optional<EventTopic> parse_event_topic(std::string_view word) noexcept;

enum class FdbAction : std::uint8_t { kLearned, kMoved, kAged, kAdded, kDeleted, kHeld };

struct FdbEvent {
  FdbAction action = FdbAction::kLearned;
  MacAddress mac;
  Vni vni;
  std::string segment;
  Remote remote;                         ///< where the MAC is now, or was last
  std::optional<VtepAddress> from = {};  ///< moved: where it was; held: the other place that claims it
};

struct DropReport {
  DropReason reason = DropReason::kTapRunt;
  std::optional<Vni> vni = {};  ///< with `segment`; empty before it was known
  std::string segment = {};
  std::optional<Remote> remote = {};         ///< the other VTEP
  std::string error = {};                    ///< the system's text, when it refused
  std::uint32_t size = 0;                    ///< bytes in all
  std::span<const std::uint8_t> bytes = {};  ///< the first of them
};

enum class SegmentAction : std::uint8_t { kUp, kDown, kGone, kReturned, kAdded, kChanged, kRemoved };

/// {"event":"fdb","action":…,"mac":…,"vni":…,"segment":…,"dst":…,"port":…,"from":…}; "from" only if given.
json::object fdb_event(const FdbEvent& event);
/// {"event":"drop","reason":…,"meaning":…,"vni":…,"segment":…,"remote":…,"port":…,"error":…,"size":…,
/// "bytes":HEX}; null for what is not known or not of this drop. The bytes begin with the VXLAN header when
/// there is a remote, else with the Ethernet header.
json::object drop_event(const DropReport& drop);
/// {"event":"drops_left_out","reason":…,"count":N}: N more that had no event of their own.
json::object drops_left_out_event(DropReason reason, std::uint64_t count);
/// {"event":"segment","action":"up|down|gone|returned|added|changed|removed","vni":…,"segment":…,"tap":…}.
json::object segment_event(SegmentAction action, Vni vni, const std::string& segment, const std::string& tap);
/// {"event":"config","action":"reloaded|refused","messages":[…]}.
json::object config_event(const Outcome& reload);
/// {"event":"lost","count":N}: so many found no room, in this place of the stream.
json::object lost_event(std::uint64_t count);

}  // namespace vxtap::control
