#include "ctl/destination.hpp"

#include "ctl/fields.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::ctl {

std::string with_port(const std::string& address, std::uint64_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? '[' + address + ']' : address) + ':' + std::to_string(port);
}

std::string destination(const boost::json::value& entry) {
  const auto port = count(entry, "port");
  return port == kVxlanPort ? text(entry, "dst") : with_port(text(entry, "dst"), port);
}

}  // namespace vxtap::ctl
