#pragma once

#include <string>
#include <vector>

#include "lab/wire.hpp"

namespace vxtap::lab {

/// The text of config/examples/NETWORK/HOST.yaml, without the `control:` that Vxtapd writes itself. Over IPv6
/// the underlay's addresses are exchanged for those of the same hosts, prefix and group: 192.0.2.N for
/// 2001:db8::N, 192.0.2.0/24 for 2001:db8::/64, 224.1.1.1 for ff0e::101. Throws when there is no such file.
std::string example(const std::string& network, const std::string& host, Family family = Family::kIpv4);

/// The commands in a file's comments, which are set off by three blanks.
std::vector<std::string> commands_in(const std::string& example);

/// An example's text with a further key, "mtu: 1500", in each `tap:` of it.
std::string with_tap_key(const std::string& text, const std::string& key);

}  // namespace vxtap::lab
