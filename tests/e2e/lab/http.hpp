#pragma once

#include <map>
#include <string>

#include "lab/sockets.hpp"

namespace vxtap::lab {

struct HttpReply {
  int status = 0;
  std::string body;
};

/// One GET over a connection of its own. Throws when nobody listens there.
HttpReply http_get(Host& host, const Endpoint& server, const std::string& target);

/// The values of a page in Prometheus' text format by series, as `name{label="value"}`. Throws for a line
/// that is neither a sample nor a comment.
std::map<std::string, double> samples_of(const std::string& page);

}  // namespace vxtap::lab
