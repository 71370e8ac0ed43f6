#include "ctl/counter_groups.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "ctl/fields.hpp"

namespace vxtap::ctl {
namespace {

/// The same place of the rates; null where there is none.
const json::value& at(const json::value& rates, std::string_view name) {
  static const json::value kNone;
  const auto* member = rates.is_object()
                           ? rates.get_object().if_contains(json::string_view(name.data(), name.size()))
                           : nullptr;
  return member == nullptr ? kNone : *member;
}

CounterRow row(std::string label, const json::value& number, const json::value& rate) {
  return {.label = std::move(label),
          .total = number.to_number<std::uint64_t>(),
          .rate = rate.is_number() ? std::optional(rate.to_number<double>()) : std::nullopt};
}

void add_traffic(CounterGroup& group, const json::value& segment, const json::value& rates,
                 const std::string& way) {
  const auto& counts = field(segment, way);
  const auto& speed = at(rates, way);
  group.rows.push_back(row(way + " packets", field(counts, "packets"), at(speed, "packets")));
  group.rows.push_back(row(way + " bytes", field(counts, "bytes"), at(speed, "bits")));
  group.rows.back().bytes = true;
}

void add_members(CounterGroup& group, const json::value& counts, const json::value& rates,
                 const std::string& prefix) {
  for (const auto& member : counts.as_object())
    group.rows.push_back(row(prefix + std::string(member.key()), member.value(), at(rates, member.key())));
}

void add_losses(CounterGroup& group, const json::value& counts, const json::value& rates,
                const std::string& prefix) {
  const auto first = group.rows.size();
  add_members(group, counts, rates, prefix);
  for (auto i = first; i < group.rows.size(); ++i) group.rows[i].loss = true;
}

}  // namespace

CounterGroup segment_group(const json::value& segment, const json::value& rates) {
  CounterGroup group{
      "VNI " + count_text(segment, "vni") + "  " + text(segment, "name") + "  " + text(segment, "tap"), {}};
  add_traffic(group, segment, rates, "tx");
  add_traffic(group, segment, rates, "rx");
  const auto add = [&](const std::string& name) {
    group.rows.push_back(row(name, field(segment, name), at(rates, name)));
  };
  add("flooded");
  add("flooded_copies");
  add_members(group, field(segment, "fdb"), at(rates, "fdb"), "fdb ");
  add("suppressed");
  add("partial_checksum_completed");
  add("tap_kernel_drops");
  group.rows.back().loss = true;
  add_losses(group, field(segment, "drops"), at(rates, "drops"), "drop ");
  return group;
}

std::vector<CounterGroup> stats_groups(const json::value& document, const json::value& rates) {
  std::vector<CounterGroup> groups;
  const auto& speeds = at(rates, "segments");
  std::size_t i = 0;
  for (const auto& segment : field(document, "segments").as_array()) {
    groups.push_back(segment_group(segment, speeds.is_array() ? speeds.get_array().at(i) : json::value()));
    ++i;
  }
  CounterGroup rest{"No segment known", {}};
  add_losses(rest, field(document, "kernel"), at(rates, "kernel"), "");
  add_losses(rest, field(document, "drops"), at(rates, "drops"), "drop ");
  groups.push_back(std::move(rest));
  return groups;
}

std::vector<CounterGroup> drops_groups(const json::value& document, const json::value& rates) {
  CounterGroup group{"", {}};
  std::size_t i = 0;
  for (const auto& reason : document.as_array()) {
    const auto& speed = rates.is_array() ? at(rates.get_array().at(i), "count") : json::value();
    group.rows.push_back(row(text(reason, "reason"), field(reason, "count"), speed));
    group.rows.back().loss = true;
    group.rows.back().note = text(reason, "meaning");
    ++i;
  }
  return {std::move(group)};
}

}  // namespace vxtap::ctl
