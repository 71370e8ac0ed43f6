#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "inspect/path_search.hpp"
#include "io/path_prober.hpp"
#include "vxtap/vni.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap::inspect {

/// A TAP whose packets take the path.
struct PathTap {
  Vni vni;
  std::string segment;
  std::string name;
  std::uint32_t mtu = 0;  ///< bytes of an inner IP packet
};

struct PathQuestion {
  VtepAddress remote;
  io::LocalVtep local;
  std::vector<PathTap> taps;
};

struct PathMtu {
  std::uint32_t route_mtu = 0;  ///< what the kernel believed at first, bytes of an outer IP packet; 0: no way
  std::uint32_t path_mtu = 0;   ///< what was found, or else believed
  bool verified = false;        ///< packets of that size arrived
  std::string method;           ///< "icmp echo", "udp" or "route"
  SearchResult search = {};     ///< how it went
  int error = 0;                ///< errno of the refusal, when nothing was let through
};

/// Probes the path for four seconds at most, less when `stop` comes. Blocks. Throws io::SystemError.
PathMtu probe_path_mtu(const PathQuestion& question, const std::stop_token& stop);

/// Whether packets of `size` bytes arrive, asked for `time` at most. Empty when the remote answers no probe.
/// Throws io::SystemError.
std::optional<bool> carries(const PathQuestion& question, std::uint32_t size, std::chrono::milliseconds time,
                            const std::stop_token& stop);

/// What encapsulation takes from an outer packet of that family: 50 or 70 bytes.
std::uint32_t overhead(const VtepAddress& outer);

/// What the path leaves to an inner IP packet.
std::uint32_t inner_mtu(const VtepAddress& remote, std::uint32_t path_mtu);

/// What to make of the result, and what to do, in a sentence or two.
std::string advice(const PathQuestion& question, const PathMtu& found);

}  // namespace vxtap::inspect
