#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "ctl/option_values.hpp"
#include "vxtap/mac_address.hpp"

namespace vxtap::ctl {

/// What the command line of `explain` says. Members are as written where nothing else is said.
struct ExplainOptions {
  std::optional<std::string> from;  ///< "tap" or a remote; empty: the sender of a captured datagram
  std::optional<Vni> vni;
  bool named = false;                          ///< the VNI is found by a segment's name
  std::optional<std::string> frame, datagram;  ///< hexadecimal; "-": standard input
  std::optional<std::string> source, destination, ip_source, ip_destination;
  std::optional<std::uint32_t> vlan, size, tos;
  bool untagged = false;               ///< no tag, on a trunk either
  std::optional<std::string> capture;  ///< a file of pcap or pcapng
  std::uint64_t packet = 1;            ///< which of its packets

  bool from_tap() const { return from == "tap"; }
};

/// A command line that cannot be meant, or names a file or bytes that are not what they should be.
class WrongUsage : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws WrongUsage for options that do not go together, or not far enough.
void check_explain(const ExplainOptions& options);

}  // namespace vxtap::ctl
