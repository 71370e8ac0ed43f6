#include "core/outer_header.hpp"

#include "core/ecn.hpp"
#include "core/flow_key.hpp"

namespace vxtap {
namespace {

constexpr std::uint8_t kDefaultTtl = 64;

std::uint8_t tos_of(const OuterPolicy& policy, const std::optional<InnerIp>& ip) noexcept {
  const std::uint8_t inner = ip ? ip->traffic_class : std::uint8_t{0};
  const std::uint8_t wanted = policy.tos == OuterPolicy::Tos::kInherit ? inner : policy.tos_value;
  return static_cast<std::uint8_t>((wanted & ~kEcnMask) | encapsulated_ecn(inner));
}

std::uint8_t ttl_of(const OuterPolicy& policy, const std::optional<InnerIp>& ip) noexcept {
  switch (policy.ttl) {
    case OuterPolicy::Ttl::kFixed:
      return policy.ttl_value;
    case OuterPolicy::Ttl::kInherit:
      // Also to a group: its ARP has to get as far as its IP packets do (vxlan_core.c, vxlan_xmit_one).
      return ip && ip->ttl != 0 ? ip->ttl : kDefaultTtl;
    case OuterPolicy::Ttl::kAuto:
      break;
  }
  return 0;
}

/// Over IPv6 there is no DF to leave unset: the sender alone fragments, and does it only for those who may
/// be.
bool dont_fragment(const Segment& segment, const std::optional<InnerIp>& ip) noexcept {
  const bool inner = ip && ip->dont_fragment;
  switch (segment.outer.df) {
    case OuterPolicy::Df::kSet:
      return true;
    case OuterPolicy::Df::kInherit:
      return inner;
    case OuterPolicy::Df::kUnset:
      break;
  }
  return inner && !segment.local.is_v4();
}

}  // namespace

OuterHeader outer_header(const Segment& segment, const EthernetHeader& ethernet,
                         const std::optional<InnerIp>& ip, BytesView frame) noexcept {
  const OuterPolicy& policy = segment.outer;
  return {.vni = segment.key.vni,
          .flow_hash = flow_hash(ethernet, ip, frame),
          .tos = tos_of(policy, ip),
          .ttl = ttl_of(policy, ip),
          .dont_fragment = dont_fragment(segment, ip),
          .send_profile = segment.send_profile};
}

}  // namespace vxtap
