#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/daemon_api.hpp"
#include "control/json_text.hpp"

/// What a subscriber is told, one object a line.
namespace vxtap::control {

enum class EventTopic : std::uint8_t { kFdb, kConfig };
inline constexpr std::size_t kEventTopicCount = 2;
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

/// {"event":"fdb","action":…,"mac":…,"vni":…,"segment":…,"dst":…,"port":…,"from":…}; "from" only if given.
json::object fdb_event(const FdbEvent& event);
/// {"event":"config","action":"reloaded|refused","messages":[…]}.
json::object config_event(const Outcome& reload);
/// {"event":"lost","count":N}: so many found no room, in this place of the stream.
json::object lost_event(std::uint64_t count);

}  // namespace vxtap::control
