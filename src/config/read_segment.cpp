#include "config/sections.hpp"

namespace vxtap::config {
namespace {

constexpr std::size_t kMaxSegmentName = 64;

/// Both ends are checked and nothing is kept: refuse_not_yet follows.
void check_vni_range(const Value& value, std::string_view first_text, std::string_view last_text) {
  const auto first = decimal_of(first_text);
  const auto last = decimal_of(last_text);
  if (!first || !last) {
    value.fail(quote(value.node().text) + " is no VNI; write a number from 0 to 16777215");
  } else if (*first > Vni::kMax || *last > Vni::kMax) {
    value.fail(value.node().text + " is out of range; VNIs are 0 to 16777215");
  } else if (*first > *last) {
    value.fail(value.node().text + " is reversed; write the smaller VNI first");
  }
}

void read_vni(const Value& value, SegmentDraft& segment) {
  segment.vni.source = value;
  const std::string_view text = value.node().text;
  const auto dash = text.find('-');
  if (!value.node().quoted && dash != std::string_view::npos && dash > 0)
    return check_vni_range(value, text.substr(0, dash), text.substr(dash + 1));
  if (const auto vni = read_number(value, {0, Vni::kMax})) segment.vni.value = Vni::from(*vni);
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
  segment.vlan.source = value;
  if (const auto vlan = read_number(value, {1, 4094})) segment.vlan.value = static_cast<unsigned>(*vlan);
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

void check_storm_control(const Value& value, SegmentDraft&) {
  Nothing nothing;
  read_section(kStormControlSection, value, nothing);
}

void check_rate(const Value& value, Nothing&) {
  read_number(value, {1, UINT32_MAX});
}

void check_neighbour_suppression(const Value& value, SegmentDraft&) {
  read_boolean(value);
}

void check_neighbour_ip(const Value& value, NeighbourDraft& neighbour) {
  neighbour.ip = true;
  const auto ip = read_address(value);
  if (ip && !not_unicast(ip->address).empty())
    value.fail(quote(value.node().text) + " " + std::string(not_unicast(ip->address)) +
               "; write a host's address");
}

void check_neighbour_mac(const Value& value, NeighbourDraft& neighbour) {
  neighbour.mac = true;
  read_unicast_mac(value, "write a host's address");
}

void check_neighbours(const Value& value, SegmentDraft&) {
  if (!require_list(value, "a list of {ip: ADDRESS, mac: ADDRESS}")) return;
  for (std::size_t i = 0; i < value.node().items.size(); ++i) {
    const Value element = value.element(i);
    NeighbourDraft neighbour;
    const auto errors = value.reporter().errors();
    read_section(kNeighbourSection, element, neighbour);
    if (value.reporter().errors() == errors && !(neighbour.ip && neighbour.mac))
      element.fail("is incomplete; write {ip: ADDRESS, mac: ADDRESS}");
  }
}

constexpr Field<SegmentDraft> kSegmentFields[] = {
    {"vni", read_vni},
    {"name", read_name},
    {"tap", read_tap},
    {"vlan", read_vlan},
    {"underlay", read_underlay},
    {"peers", read_peers},
    {"fdb", read_fdb},
    {"storm_control", check_storm_control},
    {"neighbour_suppression", check_neighbour_suppression},
    {"neighbours", check_neighbours},
};
constexpr Field<Nothing> kStormControlFields[] = {
    {"broadcast", check_rate}, {"multicast", check_rate}, {"unknown_unicast", check_rate}};
constexpr Field<NeighbourDraft> kNeighbourFields[] = {{"ip", check_neighbour_ip},
                                                      {"mac", check_neighbour_mac}};

}  // namespace

constinit const Section<SegmentDraft> kSegmentSection{"segments[]", kSegmentFields};
constinit const Section<Nothing> kStormControlSection{"segments[].storm_control", kStormControlFields};
constinit const Section<NeighbourDraft> kNeighbourSection{"segments[].neighbours[]", kNeighbourFields};

}  // namespace vxtap::config
