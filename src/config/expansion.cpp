#include "config/expansion.hpp"

namespace vxtap::config {
namespace {

std::string count_in_words(std::uint64_t count, std::string_view what) {
  return join({std::to_string(count), " ", what, count == 1 ? "" : "s"});
}

bool is_range(const std::optional<Range>& range) {
  return range && range->size() > 1;
}

/// Says what cannot stand beside a range, because it belongs to one of its VNIs alone.
void refuse_beside_range(const Value& list) {
  list.fail(
      "cannot stand beside a range, as each belongs to one VNI; write that VNI as a segment of its own");
}

void check_name(const SegmentDraft& draft) {
  const std::size_t number = 1 + std::to_string(draft.vni.value->highest).size();
  if (draft.name.value.size() + number > kMaxSegmentName)
    draft.name.source->fail(join({"is ", std::to_string(draft.name.value.size()),
                                  " bytes long and each VNI of the range goes behind it; write at most ",
                                  std::to_string(kMaxSegmentName - number)}));
}

std::string mend_without_vlan(std::uint64_t vnis) {
  if (vnis > kVlanRange.size())
    return "write ranges of at most 4094 VNIs, each with a vlan range of its size";
  return join({"add `vlan:` with a range of ", std::to_string(vnis), " VIDs"});
}

}  // namespace

void check_ranges(SegmentDraft& draft) {
  auto& vni = draft.vni;
  auto& vlan = draft.vlan;
  if (!is_range(vni.value) && !is_range(vlan.value)) return;
  if (draft.fdb.static_source && !draft.fdb.static_source->node().items.empty())
    refuse_beside_range(*draft.fdb.static_source);
  if (draft.neighbours.source && !draft.neighbours.source->node().items.empty())
    refuse_beside_range(*draft.neighbours.source);
  if (vni.value && vlan.value && vni.value->size() == vlan.value->size()) return check_name(draft);
  if (vni.value && vlan.value) {
    vlan.source->fail(
        join({quote(vlan.source->node().text), " has ", count_in_words(vlan.value->size(), "VID"),
              " but vni ", quote(vni.source->node().text), " has ", count_in_words(vni.value->size(), "VNI"),
              "; write two ranges of one size"}));
  } else if (vni.value && !vlan.source) {
    vni.source->fail(quote(vni.source->node().text) + " is a range and the segment has no vlan; " +
                     mend_without_vlan(vni.value->size()));
  }
  vni.value.reset();
  vlan.value.reset();
}

std::size_t count_of(const SegmentDraft& draft) {
  return draft.vni.value ? draft.vni.value->size() : 1;
}

Vni vni_at(const SegmentDraft& draft, std::size_t index) {
  return draft.vni.value ? Vni::from(draft.vni.value->lowest + index).value_or(Vni()) : Vni();
}

std::optional<std::uint16_t> vlan_at(const SegmentDraft& draft, std::size_t index) {
  if (!draft.vlan.value) return std::nullopt;
  return static_cast<std::uint16_t>(draft.vlan.value->lowest + index);
}

std::string name_at(const SegmentDraft& draft, std::size_t index) {
  const std::string& given = draft.name.value;
  if (!given.empty() && count_of(draft) == 1) return given;
  return (given.empty() ? "vni" : given) + "-" + std::to_string(vni_at(draft, index).value());
}

void expand(const SegmentDraft& draft, const Segment& pattern, std::vector<Segment>& segments) {
  for (std::size_t i = 0; i < count_of(draft); ++i) {
    Segment& segment = segments.emplace_back(pattern);
    segment.vni = vni_at(draft, i);
    segment.vlan = vlan_at(draft, i);
    segment.name = name_at(draft, i);
  }
}

}  // namespace vxtap::config
