#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/value.hpp"
#include "vxtap/mac_address.hpp"
#include "vxtap/vtep_address.hpp"

/// Readers of the values that networks are made of. As those in value.hpp, they report and return empty.
namespace vxtap::config {

/// An address with the interface name behind its %, if there is one.
struct ScopedAddress {
  VtepAddress address;
  std::string scope;
};

/// A remote as the file writes it.
struct WrittenRemote {
  ScopedAddress where;
  std::uint16_t port = 0;  ///< 0: not given
};

std::optional<ScopedAddress> read_address(const Value& value);
enum class WrittenPort : std::uint8_t { kOptional, kRequired };

/// ADDRESS, ADDRESS:PORT, [V6] or [V6]:PORT; with kRequired those with a port.
std::optional<WrittenRemote> read_remote(const Value& value, WrittenPort port = WrittenPort::kOptional);
/// ADDRESS/LENGTH, or an address alone for all its bits. `examples`: what an error shows.
std::optional<Prefix> read_prefix(const Value& value,
                                  std::string_view examples = "192.0.2.0/24 or 2001:db8::/32");
/// The prefix's address without the bits behind its length.
VtepAddress network_of(const Prefix& prefix);
/// Neither multicast nor zero; `mend` is what the message advises then.
std::optional<MacAddress> read_unicast_mac(const Value& value, std::string_view mend);
/// A name that the kernel accepts for an interface (net/core/dev.c, dev_valid_name) and takes as it is.
std::optional<std::string> read_interface_name(const Value& value);

/// Why the address names no single host, as "is a multicast group"; empty when it does.
std::string_view not_unicast(const VtepAddress& address);

}  // namespace vxtap::config
