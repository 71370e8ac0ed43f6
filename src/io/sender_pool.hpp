#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "io/udp_socket.hpp"
#include "io/unique_fd.hpp"
#include "vxtap/outer_policy.hpp"

namespace vxtap::io {

/// How a segment sends: segments that agree share a pool.
struct SendProfile {
  std::uint16_t first_port = 49152;  ///< range of source ports, host order
  std::uint16_t last_port = 65535;
  bool checksum = true;  ///< UDP checksum on
  bool offload = true;   ///< several datagrams in one call, cut by the kernel
  OuterPolicy::Df df = OuterPolicy::Df::kUnset;
  std::optional<std::uint32_t> flow_label = {};  ///< IPv6; empty: the kernel's, by the flow

  /// UDP_SEGMENT refuses sockets without checksum.
  bool trains() const noexcept { return offload && checksum; }
  bool operator==(const SendProfile&) const = default;
};

/// Sending sockets at different source ports, so that ECMP in the underlay spreads inner flows (RFC 7348
/// section 5). Constant after construction; all workers send through it: a flow keeps its port on any of
/// them.
class SenderPool {
 public:
  static constexpr std::size_t kSockets = 16;

  /// Binds up to kSockets ports spread over the range, never the listening port unless it is the whole range.
  /// Throws SystemError when the range has no free port.
  SenderPool(const LocalVtep& vtep, const SendProfile& profile);

  /// The socket of this flow, whose packets with and without DF leave from one port; -1: send from the
  /// receive socket, because the range is the listening port.
  int pick(std::uint32_t flow_hash, bool dont_fragment) const noexcept {
    if (places_.empty()) return -1;
    const Place& place = place_of(flow_hash);
    return (dont_fragment ? place.whole : place.plain).get();
  }
  /// The source port of that socket, host order; 0: the listening one.
  std::uint16_t source_port(std::uint32_t flow_hash) const noexcept {
    return places_.empty() ? std::uint16_t{0} : place_of(flow_hash).port;
  }
  const SendProfile& profile() const noexcept { return profile_; }
  /// Whether the profile wants trains and the kernel makes them.
  bool trains() const noexcept { return trains_; }

 private:
  SendProfile profile_;
  bool trains_;
  /// Sockets of one port; empty where the profile never wants it.
  struct Place {
    UniqueFd plain;
    UniqueFd whole;  // with DF
    std::uint16_t port = 0;
  };
  std::vector<Place> places_;

  const Place& place_of(std::uint32_t flow_hash) const noexcept {
    return places_[(std::uint64_t{flow_hash} * places_.size()) >> 32];
  }

  Place open_in(const LocalVtep& vtep, unsigned from, unsigned to) const;
};

}  // namespace vxtap::io
