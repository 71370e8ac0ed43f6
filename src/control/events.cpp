#include "control/events.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>

#include "control/hex.hpp"

namespace vxtap::control {
namespace {

// Indexed by the enumerators.
constexpr std::array<std::string_view, kEventTopicCount> kTopics{"fdb", "drops", "segments", "config"};
constexpr std::array<std::string_view, 6> kFdbActions{"learned", "moved", "aged", "added", "deleted", "held"};
constexpr std::array<std::string_view, 7> kSegmentActions{"up",    "down",    "gone",   "returned",
                                                          "added", "changed", "removed"};

json::value or_null(std::string_view text) {
  return text.empty() ? json::value(nullptr) : to_json(text);
}

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

json::object drop_event(const DropReport& drop) {
  json::object object{{"event", "drop"},
                      {"reason", to_json(to_string(drop.reason))},
                      {"meaning", to_json(info(drop.reason).meaning)},
                      {"vni", nullptr},
                      {"segment", or_null(drop.segment)},
                      {"remote", nullptr},
                      {"port", nullptr},
                      {"error", or_null(drop.error)},
                      {"size", drop.size},
                      {"bytes", to_hex(drop.bytes)}};
  if (drop.vni) object["vni"] = drop.vni->value();
  if (drop.remote) {
    object["remote"] = drop.remote->address.to_string();
    object["port"] = drop.remote->port;
  }
  return object;
}

json::object drops_left_out_event(DropReason reason, std::uint64_t count) {
  return json::object{{"event", "drops_left_out"}, {"reason", to_json(to_string(reason))}, {"count", count}};
}

json::object segment_event(SegmentAction action, Vni vni, const std::string& segment,
                           const std::string& tap) {
  return json::object{{"event", "segment"},
                      {"action", to_json(kSegmentActions[static_cast<std::size_t>(action)])},
                      {"vni", vni.value()},
                      {"segment", segment},
                      {"tap", tap}};
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
