#include <map>

#include "config/sections.hpp"

namespace vxtap::config {
namespace {

void read_ip(const Value& value, NeighbourDraft& neighbour) {
  neighbour.ip.source = value;
  const auto ip = read_address(value);
  if (!ip) return;
  const auto problem = not_unicast(ip->address);
  if (!problem.empty()) {
    value.fail(quote(value.node().text) + " " + std::string(problem) + "; write a host's address");
  } else if (!ip->scope.empty()) {
    value.fail(quote(value.node().text) + " has a scope, but its link is the segment; leave out %" +
               ip->scope);
  } else {
    neighbour.ip.value = ip->address;
  }
}

void read_mac(const Value& value, NeighbourDraft& neighbour) {
  neighbour.mac = {read_unicast_mac(value, "write a host's address"), value};
}

std::optional<Neighbour> read_neighbour(const Value& value) {
  NeighbourDraft neighbour;
  const auto errors = value.reporter().errors();
  read_section(kNeighbourSection, value, neighbour);
  const bool complete = neighbour.ip.source && neighbour.mac.source;
  if (!complete && value.reporter().errors() == errors)
    value.fail("is incomplete; write {ip: ADDRESS, mac: ADDRESS}");
  if (!neighbour.ip.value || !neighbour.mac.value) return std::nullopt;
  return Neighbour{*neighbour.ip.value, *neighbour.mac.value, value.position()};
}

constexpr Field<NeighbourDraft> kNeighbourFields[] = {{"ip", read_ip}, {"mac", read_mac}};

}  // namespace

constinit const Section<NeighbourDraft> kNeighbourSection{"segments[].neighbours[]", kNeighbourFields};

void read_neighbours(const Value& value, SegmentDraft& segment) {
  segment.neighbours.source = value;
  if (!require_list(value, "a list of {ip: ADDRESS, mac: ADDRESS}")) return;
  std::map<VtepAddress, Position> seen;
  for (std::size_t i = 0; i < value.node().items.size(); ++i) {
    const Value element = value.element(i);
    const auto neighbour = read_neighbour(element);
    if (!neighbour) continue;
    const auto [first, is_new] = seen.try_emplace(neighbour->ip, element.position());
    if (is_new) {
      segment.neighbours.values.push_back(*neighbour);
    } else {
      element.fail("gives " + neighbour->ip.to_string() + " a second time, first at line " +
                   std::to_string(first->second.line) + "; keep one of them");
    }
  }
}

}  // namespace vxtap::config
