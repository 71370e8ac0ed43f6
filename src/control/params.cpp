#include "control/params.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cstdint>
#include <string>

#include "control/fdb_words.hpp"
#include "control/hex.hpp"

namespace vxtap::control {
namespace {

Fault invalid(std::string_view name, std::string_view mend) {
  return {FaultCode::kInvalidParams,
          "invalid params: `" + std::string(name) + "` must be " + std::string(mend)};
}

/// What `parse` makes of the text, if there is one.
template <class Parse>
auto parsed(const std::optional<std::string_view>& text, std::string_view name, std::string_view mend,
            Parse parse) -> decltype(parse(std::string_view())) {
  if (!text) return std::nullopt;
  auto value = parse(*text);
  if (!value) throw invalid(name, mend);
  return value;
}

}  // namespace

Params::Params(const json::object& values, std::initializer_list<std::string_view> known) : values_(values) {
  for (const auto& member : values) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Fault(FaultCode::kInvalidParams, "invalid params: `" + std::string(name) + "` is not known here");
  }
}

const json::value* Params::find(std::string_view name) const {
  return values_.if_contains(json::string_view(name.data(), name.size()));
}

std::optional<std::string_view> Params::text(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto* string = value->if_string();
  if (string == nullptr) throw invalid(name, "a string");
  return std::string_view(string->data(), string->size());
}

std::optional<std::uint32_t> Params::number(std::string_view name, std::uint32_t least,
                                            std::uint32_t most) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto* number = value->if_int64();
  if (number == nullptr || *number < least || *number > most)
    throw invalid(name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return static_cast<std::uint32_t>(*number);
}

bool Params::flag(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return false;
  if (!value->is_bool()) throw invalid(name, "true or false");
  return value->get_bool();
}

std::optional<Vni> Params::vni() const {
  const auto value = number("vni", 0, Vni::kMax);
  return value ? Vni::from(*value) : std::nullopt;
}

std::optional<std::uint16_t> Params::port(std::string_view name, std::uint16_t least) const {
  const auto value = number(name, least, UINT16_MAX);
  return value ? std::optional(static_cast<std::uint16_t>(*value)) : std::nullopt;
}

std::optional<MacAddress> Params::mac() const {
  return parsed(text("mac"), "mac", "a MAC address like \"02:00:00:00:00:09\"", MacAddress::parse);
}

std::optional<std::uint8_t> Params::tos() const {
  const auto value = number("tos", 0, UINT8_MAX);
  return value ? std::optional(static_cast<std::uint8_t>(*value)) : std::nullopt;
}

std::optional<VtepAddress> Params::address(std::string_view name) const {
  return parsed(text(name), name, "an IP address without port", VtepAddress::parse);
}

std::optional<VtepAddress> Params::remote() const {
  return address("remote");
}

std::optional<std::vector<std::uint8_t>> Params::bytes(std::string_view name) const {
  return parsed(text(name), name, "bytes in hexadecimal", from_hex);
}

std::optional<FdbState> Params::state() const {
  return parsed(text("state"), "state", "\"permanent\", \"static\" or \"reachable\"", parse_fdb_state);
}

std::optional<std::variant<VtepAddress, MacAddress>> Params::group() const {
  const auto parse = [](std::string_view text) -> std::optional<std::variant<VtepAddress, MacAddress>> {
    if (const auto address = VtepAddress::parse(text)) return *address;
    if (const auto mac = MacAddress::parse(text)) return *mac;
    return std::nullopt;
  };
  return parsed(text("group"), "group", "an IP or a MAC address", parse);
}

EventTopics Params::topics() const {
  EventTopics topics;
  const auto* value = find("topics");
  if (value == nullptr) return topics.set();
  const auto* words = value->if_array();
  if (words == nullptr || words->empty()) throw invalid("topics", "an array of words, one at least");
  for (const auto& word : *words) {
    const auto* text = word.if_string();
    const auto topic = text == nullptr ? std::nullopt : parse_event_topic({text->data(), text->size()});
    if (!topic)
      throw Fault(FaultCode::kInvalidParams, "invalid params: topic " + to_text(word) + " is not known here");
    topics.set(static_cast<std::size_t>(*topic));
  }
  return topics;
}

}  // namespace vxtap::control
