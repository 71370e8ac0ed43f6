#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>

namespace vxtap::ctl {

/// As a URL writes them: IPv6 in brackets.
std::string with_port(const std::string& address, std::uint64_t port);

/// `dst` and `port` of a row; without the port where it is the usual one, as `bridge fdb` does.
std::string destination(const boost::json::value& entry);

}  // namespace vxtap::ctl
