#pragma once

#include <string>

// What tests need of the machine beyond a compiler. Each answer is why it lacks that; empty when it has it.
namespace vxtap::test {

/// To make hosts: root, TAPs, network and mount namespaces.
std::string why_no_hosts();

/// To boot a systemd in a root of its own, on such a host: the programs, overlay and cgroup2.
std::string why_no_systemd();

}  // namespace vxtap::test
