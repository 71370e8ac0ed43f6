#include "control/params.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "control/fault.hpp"
#include "control/fdb_words.hpp"

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

std::optional<std::string_view> Params::text(std::string_view name) const {
  const auto* value = values_.if_contains(json::string_view(name.data(), name.size()));
  if (value == nullptr) return std::nullopt;
  const auto* string = value->if_string();
  if (string == nullptr) throw invalid(name, "a string");
  return std::string_view(string->data(), string->size());
}

std::optional<Vni> Params::vni() const {
  const auto* value = values_.if_contains("vni");
  if (value == nullptr) return std::nullopt;
  const auto* number = value->if_int64();
  const auto vni =
      number != nullptr && *number >= 0 ? Vni::from(static_cast<std::uint64_t>(*number)) : std::nullopt;
  if (!vni) throw invalid("vni", "a whole number from 0 to 16777215");
  return vni;
}

std::optional<MacAddress> Params::mac() const {
  return parsed(text("mac"), "mac", "a MAC address like \"02:00:00:00:00:09\"", MacAddress::parse);
}

std::optional<VtepAddress> Params::remote() const {
  return parsed(text("remote"), "remote", "an IP address without port", VtepAddress::parse);
}

std::optional<FdbState> Params::state() const {
  return parsed(text("state"), "state", "\"permanent\", \"static\" or \"reachable\"", parse_fdb_state);
}

}  // namespace vxtap::control
