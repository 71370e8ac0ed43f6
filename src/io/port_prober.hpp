#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "io/udp_socket.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap::io {

struct PortQuestion {
  LocalVtep local;  ///< its port is not used
  Remote remote;
};

/// What became of datagrams to a UDP port.
struct PortAnswer {
  enum class Kind : std::uint8_t {
    kQuiet,    ///< no word came back: somebody listens, or nothing arrives there at all
    kRefused,  ///< ICMP port unreachable
    kFailed,   ///< this host would not send, or somebody said that there is no way
  };
  Kind kind = Kind::kQuiet;
  int error = 0;  ///< errno of a failure

  bool operator==(const PortAnswer&) const = default;
};

/// Two empty datagrams to each, all at once; takes 0.6 s, less when `stop` comes. A VTEP that gets one counts
/// it as too short and does nothing else. An answer for each question, in their order.
std::vector<PortAnswer> probe_ports(std::span<const PortQuestion> questions, const std::stop_token& stop);

}  // namespace vxtap::io
