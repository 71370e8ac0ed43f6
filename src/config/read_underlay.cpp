
#include "config/sections.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::config {
namespace {

constexpr std::size_t kMaxAcceptPrefixes = 256;  // each packet is compared with all of them

constexpr std::uint64_t kMaxFlowLabel = 0xFFFFF;  // RFC 8200 section 3
constexpr Choice<OuterPolicy::Df> kDfs[] = {{"unset", OuterPolicy::Df::kUnset},
                                            {"set", OuterPolicy::Df::kSet},
                                            {"inherit", OuterPolicy::Df::kInherit}};

void read_local(const Value& value, UnderlayDraft& underlay) {
  underlay.local = value;
  underlay.values.local = {};
  underlay.values.scope.clear();
  auto local = read_address(value);
  if (!local) return;
  const auto problem = not_unicast(local->address);
  if (!problem.empty()) {
    value.fail(quote(value.node().text) + " " + std::string(problem) + "; write an address of this host");
  } else if (!local->scope.empty() && !local->address.is_link_local()) {
    value.fail(quote(value.node().text) + " has a scope but is not link-local; leave out %" + local->scope);
  } else {
    underlay.values.local = local->address;
    underlay.values.scope = std::move(local->scope);
  }
}

void read_device(const Value& value, UnderlayDraft& underlay) {
  if (auto device = read_interface_name(value)) underlay.values.device = *std::move(device);
}

void read_require_device(const Value& value, UnderlayDraft& underlay) {
  underlay.require_device.reset();
  if (read_interface_name(value)) underlay.require_device = value;
}

void read_port(const Value& value, UnderlayDraft& underlay) {
  if (const auto port = read_number(value, {1, 65535}))
    underlay.values.port = static_cast<std::uint16_t>(*port);
}

void read_source_port(const Value& value, UnderlayDraft& underlay) {
  if (const auto ports = read_range(value, {1, 65535}, "49152-65535"))
    underlay.values.source_port = {static_cast<std::uint16_t>(ports->lowest),
                                   static_cast<std::uint16_t>(ports->highest)};
}

void read_ttl(const Value& value, UnderlayDraft& underlay) {
  OuterPolicy& outer = underlay.values.outer;
  outer.ttl_value = 0;
  if (is_word(value.node(), "auto")) {
    outer.ttl = OuterPolicy::Ttl::kAuto;
  } else if (is_word(value.node(), "inherit")) {
    outer.ttl = OuterPolicy::Ttl::kInherit;
  } else if (const auto ttl = read_number(value, {1, 255}, "auto, inherit")) {
    outer.ttl = OuterPolicy::Ttl::kFixed;
    outer.ttl_value = static_cast<std::uint8_t>(*ttl);
  }
}

/// iproute2 takes it in either base, and tcpdump shows it in hexadecimal.
std::optional<std::uint64_t> read_tos_number(const Value& value) {
  const auto tos = hexadecimal_of(value.node().text);
  if (!tos || *tos <= 255) return tos ? tos : read_number(value, {0, 255}, "inherit");
  value.fail(value.node().text + " is out of range; write inherit or a number from 0 to 255");
  return std::nullopt;
}

void read_tos(const Value& value, UnderlayDraft& underlay) {
  constexpr std::uint64_t kEcnMask = 0x03;  // RFC 3168 section 5
  OuterPolicy& outer = underlay.values.outer;
  outer.tos = OuterPolicy::Tos::kFixed;
  outer.tos_value = 0;
  if (is_word(value.node(), "inherit")) {
    outer.tos = OuterPolicy::Tos::kInherit;
  } else if (const auto tos = read_tos_number(value)) {
    outer.tos_value = static_cast<std::uint8_t>(*tos & ~kEcnMask);
    if ((*tos & kEcnMask) != 0)
      value.reporter().warning(
          value.position(),
          join({value.path(), " ", std::to_string(*tos), " sets bits of ECN, ",
                "which is carried from the inner packet instead; write ", std::to_string(outer.tos_value)}));
  }
}

void read_df(const Value& value, UnderlayDraft& underlay) {
  if (const auto df = read_choice(value, kDfs)) underlay.values.outer.df = *df;
}

void read_flow_label(const Value& value, UnderlayDraft& underlay) {
  underlay.values.flow_label.reset();
  underlay.flow_label = value;
  if (is_word(value.node(), "auto")) return;
  if (const auto label = read_number(value, {0, kMaxFlowLabel}, "auto"))
    underlay.values.flow_label = static_cast<std::uint32_t>(*label);
}

void read_udp_checksum(const Value& value, UnderlayDraft& underlay) {
  if (const auto checksum = read_boolean(value)) underlay.values.udp_checksum = *checksum;
}

void read_reserved_bits(const Value& value, UnderlayDraft& underlay) {
  constexpr auto kExpected = "strict, ignore or a hexadecimal mask such as 0x8000000000000000";
  std::uint64_t& tolerated = underlay.values.tolerated_bits;
  tolerated = 0;
  const auto text = read_text(value, kExpected);
  if (!text || *text == "strict") return;
  if (*text == "ignore") {
    tolerated = VxlanHeader::kReservedMask;
    return;
  }
  const auto mask = hexadecimal_of(*text);
  if (!mask) {
    value.fail(quote(*text) + " is no mask of the 64-bit header; write " + kExpected);
  } else if ((*mask & ~VxlanHeader::kReservedMask) != 0) {
    value.fail(quote(*text) + " covers the I flag or the VNI; keep it within 0xf7ffffff000000ff");
  } else {
    tolerated = *mask;
  }
}

void read_prefixes(const Value& value, UnderlayDraft& underlay) {
  for (std::size_t i = 0; i < value.node().items.size(); ++i) {
    const Value element = value.element(i);
    const auto prefix = read_prefix(element);
    if (!prefix) continue;
    const VtepAddress network = network_of(*prefix);
    if (network != prefix->address) {
      element.fail(quote(element.node().text) + " has bits behind its length; write " + network.to_string() +
                   "/" + std::to_string(prefix->length));
      continue;
    }
    underlay.values.accept.prefixes.push_back(*prefix);
    underlay.prefixes.push_back(element);
  }
}

void read_accept(const Value& value, UnderlayDraft& underlay) {
  underlay.values.accept = {};
  underlay.prefixes.clear();
  if (is_word(value.node(), "peers")) return;
  if (is_word(value.node(), "any")) {
    underlay.values.accept.kind = Accept::Kind::kAny;
    return;
  }
  if (!require_list(value, "peers, any or a list of prefixes")) return;
  if (value.node().items.empty())
    return value.fail("is empty and would accept nobody; write peers or list prefixes");
  if (value.node().items.size() > kMaxAcceptPrefixes)
    return value.fail("lists more than " + std::to_string(kMaxAcceptPrefixes) +
                      " prefixes; write shorter ones");
  underlay.values.accept.kind = Accept::Kind::kPrefixes;
  read_prefixes(value, underlay);
}

constexpr Field<UnderlayDraft> kUnderlayFields[] = {
    {"local", read_local},
    {"require_device", read_require_device},
    {"device", read_device},
    {"port", read_port},
    {"source_port", read_source_port},
    {"ttl", read_ttl},
    {"tos", read_tos},
    {"df", read_df},
    {"flow_label", read_flow_label},
    {"udp_checksum", read_udp_checksum},
    {"accept", read_accept},
    {"reserved_bits", read_reserved_bits},
};

}  // namespace

constinit const Section<UnderlayDraft> kUnderlaySection{"underlay", kUnderlayFields};

}  // namespace vxtap::config
