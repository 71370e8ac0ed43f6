#include "vxtapd/explain_document.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>

#include "control/hex.hpp"

namespace vxtap::daemon {
namespace {

namespace json = boost::json;
using control::to_hex;
using control::to_json;
using namespace inspect;

// Indexed by the enumerators.
constexpr std::array<std::string_view, 5> kOutcomes{"forwarded", "flooded", "answered", "delivered",
                                                    "dropped"};
constexpr std::array<std::string_view, 3> kResults{"pass", "drop", "info"};
constexpr std::array<std::string_view, 3> kFits{"fits", "fragments", "too_big"};
constexpr std::array<std::string_view, 8> kLearnings{"refreshed", "learned", "moved",  "held",
                                                     "held",      "sticky",  "pinned", "full"};

template <typename Enum, std::size_t N>
json::string word(const std::array<std::string_view, N>& words, Enum value) {
  return to_json(words[static_cast<std::size_t>(value)]);
}

json::value reason_of(const std::optional<DropReason>& reason) {
  return reason ? json::value(to_json(to_string(*reason))) : json::value();
}

json::value text_of(const Place& place) {
  if (place.text.empty()) return nullptr;
  return to_json(place.written ? place.text : place.text + " (default)");
}

json::value segment_of(const Explanation& explained) {
  if (explained.segment == nullptr) return nullptr;
  return json::object{
      {"vni", explained.segment->key.vni.value()}, {"name", explained.segment->name}, {"tap", explained.tap}};
}

json::array steps_of(const Explanation& explained) {
  json::array steps;
  for (const Step& step : explained.steps)
    steps.emplace_back(json::object{{"step", to_json(step.name)},
                                    {"result", word(kResults, step.result)},
                                    {"why", step.why},
                                    {"where", text_of(step.where)}});
  return steps;
}

json::value route_of(const std::optional<io::Route>& route) {
  if (!route) return nullptr;
  const auto text = [](const std::optional<VtepAddress>& address) {
    return address ? json::value(to_json(address->to_string())) : json::value();
  };
  return json::object{
      {"dev", route->device}, {"gateway", text(route->gateway)}, {"src", text(route->source)}};
}

json::object outer_of(const OuterPacket& outer) {
  json::array fields;
  for (const HeaderField& field : outer.fields)
    fields.emplace_back(json::object{{"offset", field.offset},
                                     {"size", field.size},
                                     {"header", to_json(field.header)},
                                     {"field", to_json(field.name)},
                                     {"value", field.value}});
  return json::object{{"bytes", to_hex(outer.bytes)}, {"fields", std::move(fields)}};
}

json::array remotes_of(const Explanation& explained) {
  json::array remotes;
  for (const Copy& copy : explained.copies)
    remotes.emplace_back(
        json::object{{"dst", copy.remote.address.to_string()},
                     {"port", copy.remote.port},
                     {"source_port", copy.source_port},
                     {"route", route_of(copy.route)},
                     {"path_mtu", copy.path_mtu != 0 ? json::value(copy.path_mtu) : json::value()},
                     {"outer_size", copy.outer_size},
                     {"fit", word(kFits, copy.fit)},
                     {"drop", reason_of(copy.drop)},
                     {"where", text_of(copy.where)},
                     {"outer", outer_of(copy.outer)}});
  return remotes;
}

json::value learn_of(const std::optional<WouldLearn>& learn) {
  if (!learn) return nullptr;
  return json::object{
      {"mac", learn->mac.to_string()},
      {"dst", learn->remote.address.to_string()},
      {"port", learn->remote.port},
      {"before", learn->before ? json::value(to_json(learn->before->address.to_string())) : json::value()},
      {"outcome", word(kLearnings, learn->outcome)}};
}

/// "FILE:LINE: the line's text".
json::value decision_of(const Place& place, const ConfigLines& lines) {
  auto text = text_of(place);
  if (place.line == 0) return text;
  const std::string line = lines.changed() ? "(the file was changed since)" : lines.line(place.line);
  if (line.empty()) return text;
  return to_json(std::string(text.as_string()) + ": " + line);
}

}  // namespace

json::value explain_document(const Explanation& explained, const ConfigLines& lines) {
  return json::object{
      {"verdict", word(kOutcomes, explained.outcome)},
      {"reason", reason_of(explained.outcome == Outcome::kDropped ? explained.reason : std::nullopt)},
      {"segment", segment_of(explained)},
      {"steps", steps_of(explained)},
      {"remotes", remotes_of(explained)},
      {"inner", to_hex(explained.inner)},
      {"answer", explained.answer.empty() ? json::value() : json::value(to_json(to_hex(explained.answer)))},
      {"would_learn", learn_of(explained.would_learn)},
      {"notes", json::value_from(explained.notes)},
      {"decided_by", decision_of(explained.decided, lines)},
      {"change", json::value_from(explained.change)}};
}

}  // namespace vxtap::daemon
