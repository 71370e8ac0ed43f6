#pragma once

#include <string>

#include "lab/host.hpp"

namespace vxtap::lab {

/// A host and an address of its own by which others speak to it.
struct Station {
  Host& host;
  std::string address;
};

/// What people do over a network first, as a part of the test: echoes, a megabyte of TCP each way, and a
/// numbered UDP flow each way of which nothing is lost or overtaken.
void check_everyday_traffic(const Station& left, const Station& right);

}  // namespace vxtap::lab
