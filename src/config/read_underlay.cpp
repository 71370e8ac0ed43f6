#include <charconv>

#include "config/sections.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::config {
namespace {

constexpr std::size_t kMaxAcceptPrefixes = 256;  // each packet is compared with all of them

enum class Df : std::uint8_t { kUnset, kSet, kInherit };
constexpr Choice<Df> kDfs[] = {{"unset", Df::kUnset}, {"set", Df::kSet}, {"inherit", Df::kInherit}};

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

void check_require_device(const Value& value, UnderlayDraft&) {
  read_interface_name(value);
}

void read_port(const Value& value, UnderlayDraft& underlay) {
  if (const auto port = read_number(value, {1, 65535}))
    underlay.values.port = static_cast<std::uint16_t>(*port);
}

void read_source_port(const Value& value, UnderlayDraft& underlay) {
  const auto text = read_text(value, "a port or a range such as 49152-65535");
  if (!text) return;
  const auto dash = text->find('-');
  const auto first = decimal_of(std::string_view(*text).substr(0, dash));
  const auto last = dash == std::string::npos ? first : decimal_of(std::string_view(*text).substr(dash + 1));
  if (!first || !last) {
    value.fail(quote(*text) + " is no port range; write a port or a range such as 49152-65535");
  } else if (*first == 0 || *first > 65535 || *last == 0 || *last > 65535) {
    value.fail(quote(*text) + " is out of range; ports are 1 to 65535");
  } else if (*first > *last) {
    value.fail(quote(*text) + " is reversed; write " + std::to_string(*last) + "-" + std::to_string(*first));
  } else {
    underlay.values.source_port = {static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)};
  }
}

void check_ttl(const Value& value, UnderlayDraft&) {
  if (!is_word(value.node(), "auto") && !is_word(value.node(), "inherit"))
    read_number(value, {1, 255}, "auto, inherit");
}

void check_tos(const Value& value, UnderlayDraft&) {
  if (!is_word(value.node(), "inherit")) read_number(value, {0, 255}, "inherit");
}

void check_df(const Value& value, UnderlayDraft&) {
  read_choice(value, kDfs);
}

void read_udp_checksum(const Value& value, UnderlayDraft& underlay) {
  if (const auto checksum = read_boolean(value)) underlay.values.udp_checksum = *checksum;
}

void check_reserved_bits(const Value& value, UnderlayDraft&) {
  constexpr auto kExpected = "strict, ignore or a hexadecimal mask such as 0x8000000000000000";
  const auto text = read_text(value, kExpected);
  if (!text || *text == "strict" || *text == "ignore") return;
  std::uint64_t mask = 0;
  const char* const end = text->data() + text->size();
  const bool has_prefix = text->starts_with("0x") && text->size() > 2;
  const auto parsed = std::from_chars(text->data() + (has_prefix ? 2 : 0), end, mask, 16);
  if (!has_prefix || parsed.ec != std::errc() || parsed.ptr != end) {
    value.fail(quote(*text) + " is no mask of the 64-bit header; write " + kExpected);
  } else if ((mask & ~VxlanHeader::kReservedMask) != 0) {
    value.fail(quote(*text) + " covers the I flag or the VNI; keep it within 0xf7ffffff000000ff");
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
    {"require_device", check_require_device},
    {"device", read_device},
    {"port", read_port},
    {"source_port", read_source_port},
    {"ttl", check_ttl},
    {"tos", check_tos},
    {"df", check_df},
    {"udp_checksum", read_udp_checksum},
    {"accept", read_accept},
    {"reserved_bits", check_reserved_bits},
};

}  // namespace

constinit const Section<UnderlayDraft> kUnderlaySection{"underlay", kUnderlayFields};

}  // namespace vxtap::config
