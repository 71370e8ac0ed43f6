#pragma once

#include <chrono>
#include <cstdint>

#include "vxtap/bytes.hpp"
#include "vxtap/ethernet.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap {

/// What one IGMP or MLD message, one group record of it, or a PIM hello says. Sources are not told apart: who
/// wants a group from some sources gets it from all (RFC 4541 2.1.2 allows it), and its own stack selects.
struct MembershipMessage {
  enum class Kind : std::uint8_t {
    kQuery,
    kHello,  ///< a PIM router that need not be the one that asks
    kJoin,
    kLeave,
  };

  Kind kind = Kind::kQuery;
  /// The group joined, left or asked for; of the message's family also where it is unspecified: for a hello,
  /// a general query, and a query that lets nobody conclude anything of a whole group (for some sources only,
  /// or with the S flag of RFC 3376 4.1.5).
  VtepAddress group;
  std::chrono::milliseconds response_time{0};  ///< kQuery: how long hosts may take to answer
  /// kHello, and kQuery from an address other than 0.0.0.0: a router sent it, not a switch that only asks
  /// (RFC 4541 2.1.1).
  bool from_router = false;
  bool operator==(const MembershipMessage&) const = default;
};

inline constexpr std::uint8_t kProtocolIgmp = 2;
inline constexpr std::uint8_t kProtocolPim = 103;

/// ICMPv6 types of MLD (RFC 2710 section 3, RFC 3810 section 5).
enum class MldType : std::uint8_t { kQuery = 130, kReport = 131, kDone = 132, kReport2 = 143 };

/// Whether the frame carries IGMP, MLD or PIM, be it well-formed or not. Cheap, for every multicast frame;
/// what it says is for MembershipMessages (offload/membership_parser.hpp).
bool is_membership_message(BytesView frame, const EthernetHeader& ethernet) noexcept;

}  // namespace vxtap
