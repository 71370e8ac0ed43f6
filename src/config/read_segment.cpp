#include "config/sections.hpp"

namespace vxtap::config {
namespace {

void read_vni(const Value& value, SegmentDraft& segment) {
  segment.vni = {read_range(value, {0, Vni::kMax}, "10000-10099"), value};
}

/// Control characters of ASCII and of Latin-1 (C2 80 to C2 9F in UTF-8), which a terminal would obey.
bool is_printable(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return false;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
  }
  return true;
}

void read_name(const Value& value, SegmentDraft& segment) {
  segment.name.source = value;
  auto name = read_text(value, "a name");
  if (!name) return;
  if (name->empty()) {
    value.fail("is empty; write a name, or leave the key out for vni-N");
  } else if (name->size() > kMaxSegmentName) {
    value.fail("is " + std::to_string(name->size()) + " bytes long; write at most 64");
  } else if (!is_printable(*name)) {
    value.fail(quote(*name) + " has characters that cannot be printed; leave them out");
  } else {
    segment.name.value = *std::move(name);
  }
}

void read_tap(const Value& value, SegmentDraft& segment) {
  segment.tap.source = value;
  switch (value.node().kind) {
    case Node::Kind::kScalar:
      kTapSection.fields[0].read(value, segment.tap);
      break;
    case Node::Kind::kMap:
      read_section(kTapSection, value, segment.tap);
      break;
    default:
      value.fail_type("the name of the TAP, or a map with `name:`");
  }
}

void read_vlan(const Value& value, SegmentDraft& segment) {
  segment.vlan = {read_range(value, kVlanRange, "10-19"), value};
}

void read_underlay(const Value& value, SegmentDraft& segment) {
  read_section(kUnderlaySection, value, segment.underlay);
}

void read_peers(const Value& value, SegmentDraft& segment) {
  segment.peers.source = value;
  read_section(kPeersSection, value, segment.peers);
}

void read_fdb(const Value& value, SegmentDraft& segment) {
  read_section(kFdbSection, value, segment.fdb);
}

void read_storm_control(const Value& value, SegmentDraft& segment) {
  read_section(kStormControlSection, value, segment.storm_control);
}

std::optional<std::uint32_t> read_rate(const Value& value) {
  if (is_word(value.node(), "0")) {
    value.fail(
        "0 would let no frame pass; write a number from 1 to 4294967295, or leave the key out for no limit");
    return std::nullopt;
  }
  const auto rate = read_number(value, {1, UINT32_MAX});
  if (!rate) return std::nullopt;
  return static_cast<std::uint32_t>(*rate);
}

void read_broadcast(const Value& value, StormControl& storm_control) {
  storm_control.broadcast = read_rate(value);
}
void read_multicast(const Value& value, StormControl& storm_control) {
  storm_control.multicast = read_rate(value);
}
void read_unknown_unicast(const Value& value, StormControl& storm_control) {
  storm_control.unknown_unicast = read_rate(value);
}

void read_neighbour_suppression(const Value& value, SegmentDraft& segment) {
  if (const auto suppression = read_boolean(value)) segment.neighbour_suppression = *suppression;
}

void read_multicast_snooping(const Value& value, SegmentDraft& segment) {
  if (const auto snooping = read_boolean(value)) segment.multicast_snooping = *snooping;
}

constexpr Field<SegmentDraft> kSegmentFields[] = {
    {"vni", read_vni},
    {"name", read_name},
    {"tap", read_tap},
    {"vlan", read_vlan},
    {"underlay", read_underlay},
    {"peers", read_peers},
    {"fdb", read_fdb},
    {"storm_control", read_storm_control},
    {"neighbour_suppression", read_neighbour_suppression},
    {"neighbours", read_neighbours},
    {"multicast_snooping", read_multicast_snooping},
};
constexpr Field<StormControl> kStormControlFields[] = {
    {"broadcast", read_broadcast}, {"multicast", read_multicast}, {"unknown_unicast", read_unknown_unicast}};

}  // namespace

constinit const Section<SegmentDraft> kSegmentSection{"segments[]", kSegmentFields};
constinit const Section<StormControl> kStormControlSection{"segments[].storm_control", kStormControlFields};

}  // namespace vxtap::config
