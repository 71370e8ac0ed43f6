#include "config/sections.hpp"

namespace vxtap::config {
namespace {

// drivers/net/tun.c: MIN_MTU, and MAX_MTU less the Ethernet header.
constexpr Range kMtuRange{68, 65521};
constexpr Choice<bool> kOffloads[] = {{"auto", true}, {"off", false}};

void read_name(const Value& value, TapDraft& tap) {
  tap.name = value;
  if (auto name = read_interface_name(value)) tap.values.name = *std::move(name);
}

void read_mtu(const Value& value, TapDraft& tap) {
  if (is_word(value.node(), "auto")) return;
  if (const auto mtu = read_number(value, kMtuRange, "auto"))
    tap.values.mtu = static_cast<std::uint32_t>(*mtu);
}

void read_mac(const Value& value, TapDraft& tap) {
  if (is_word(value.node(), "auto")) return;
  tap.values.mac = read_unicast_mac(value, "write a unicast address or auto");
}

void read_addresses(const Value& value, TapDraft& tap) {
  if (!require_list(value, "a list such as [10.100.0.1/24, \"fd00:100::1/64\"]")) return;
  for (std::size_t i = 0; i < value.node().items.size(); ++i) {
    const Value element = value.element(i);
    const auto prefix = read_prefix(element, "10.100.0.1/24 or fd00:100::1/64");
    if (!prefix) continue;
    const InterfaceAddress address{prefix->address, prefix->length};
    const auto problem = not_unicast(prefix->address);
    if (!problem.empty()) {
      element.fail(quote(element.node().text) + " " + std::string(problem) + "; write a host's address");
    } else if (std::ranges::find(tap.values.addresses, address) != tap.values.addresses.end()) {
      element.fail(quote(element.node().text) + " stands in the list twice; remove one");
    } else {
      tap.values.addresses.push_back(address);
    }
  }
}

void read_master(const Value& value, TapDraft& tap) {
  if (auto master = read_interface_name(value)) tap.values.master = *std::move(master);
}

void read_up(const Value& value, TapDraft& tap) {
  if (const auto up = read_boolean(value)) tap.values.up = *up;
}

void read_queues(const Value& value, TapDraft& tap) {
  if (is_word(value.node(), "auto")) return;
  if (const auto queues = read_number(value, {1, 64}, "auto"))
    tap.values.queues = static_cast<unsigned>(*queues);
}

void read_owner(const Value& value, TapDraft& tap) {
  auto owner = read_text(value, "the name or number of a user");
  if (!owner) return;
  if (owner->empty()) return value.fail("is empty; name a user or leave the key out");
  tap.values.owner = *std::move(owner);
}

void read_persist(const Value& value, TapDraft& tap) {
  if (const auto persist = read_boolean(value)) tap.values.persist = *persist;
}

void read_offload(const Value& value, TapDraft& tap) {
  if (const auto offload = read_choice(value, kOffloads)) tap.values.offload = *offload;
}

constexpr Field<TapDraft> kTapFields[] = {
    {"name", read_name},           {"mtu", read_mtu},       {"mac", read_mac},
    {"addresses", read_addresses}, {"master", read_master}, {"up", read_up},
    {"queues", read_queues},       {"owner", read_owner},   {"persist", read_persist},
    {"offload", read_offload},
};

}  // namespace

constinit const Section<TapDraft> kTapSection{"segments[].tap", kTapFields};

}  // namespace vxtap::config
