#include "control/events.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>

namespace vxtap::control {
namespace {

// Indexed by the enumerators.
constexpr std::array<std::string_view, kEventTopicCount> kTopics{"fdb", "config"};
constexpr std::array<std::string_view, 6> kFdbActions{"learned", "moved", "aged", "added", "deleted", "held"};

}  // namespace

std::string_view word(EventTopic topic) noexcept {
  return kTopics[static_cast<std::size_t>(topic)];
}

std::optional<EventTopic> parse_event_topic(std::string_view word) noexcept {
  for (std::size_t i = 0; i < kTopics.size(); ++i)
    if (kTopics[i] == word) return static_cast<EventTopic>(i);
  return std::nullopt;
}

json::object fdb_event(const FdbEvent& event) {
  json::object object{{"event", to_json(word(EventTopic::kFdb))},
                      {"action", to_json(kFdbActions[static_cast<std::size_t>(event.action)])},
                      {"mac", event.mac.to_string()},
                      {"vni", event.vni.value()},
                      {"segment", event.segment},
                      {"dst", event.remote.address.to_string()},
                      {"port", event.remote.port}};
  if (event.from) object["from"] = event.from->to_string();
  return object;
}

json::object config_event(const Outcome& reload) {
  return json::object{{"event", to_json(word(EventTopic::kConfig))},
                      {"action", reload.ok ? "reloaded" : "refused"},
                      {"messages", json::value_from(reload.messages)}};
}

json::object lost_event(std::uint64_t count) {
  return json::object{{"event", "lost"}, {"count", count}};
}

}  // namespace vxtap::control
