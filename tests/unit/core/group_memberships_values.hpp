#pragma once

#include "core/group_memberships.hpp"
#include "fdb_values.hpp"
#include "support/printing.hpp"
#include "support/values.hpp"

namespace vxtap::test {

inline VtepAddress no_group(bool v6) {
  return address(v6 ? "::" : "0.0.0.0");
}

inline MembershipMessage join(const VtepAddress& group) {
  return {.kind = MembershipMessage::Kind::kJoin, .group = group};
}
inline MembershipMessage leave(const VtepAddress& group) {
  return {.kind = MembershipMessage::Kind::kLeave, .group = group};
}
inline MembershipMessage group_query(const VtepAddress& group, std::chrono::milliseconds time) {
  return {
      .kind = MembershipMessage::Kind::kQuery, .group = group, .response_time = time, .from_router = true};
}
inline MembershipMessage general_query(bool v6 = false, bool from_router = true) {
  return {.kind = MembershipMessage::Kind::kQuery,
          .group = no_group(v6),
          .response_time = std::chrono::seconds(10),
          .from_router = from_router};
}
inline MembershipMessage hello(bool v6 = false) {
  return {.kind = MembershipMessage::Kind::kHello, .group = no_group(v6), .from_router = true};
}

/// A group out of 239.0.0.0/8.
inline VtepAddress group_number(std::uint32_t number) {
  return VtepAddress::from_v4(
      {239, 1, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)});
}

/// Where a group's traffic goes; empty for flooding.
inline std::vector<Remote> remotes_in(const GroupTable& table, const MulticastGroup& group) {
  const auto* mac = std::get_if<MacAddress>(&group);
  const auto* found = mac != nullptr ? table.by_mac(*mac) : table.by_ip(std::get<VtepAddress>(group));
  return found == nullptr ? std::vector<Remote>{} : *found;
}

}  // namespace vxtap::test
