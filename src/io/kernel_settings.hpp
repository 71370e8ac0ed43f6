#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vxtap/vtep_address.hpp"

/// What the kernel tells in /proc, of the network namespace of the calling thread.
namespace vxtap::io {

/// /proc/sys/PATH as a number, such as "net/ipv4/conf/eth0/rp_filter". Empty where there is no such file.
std::optional<std::int64_t> read_setting(const std::string& path);

/// A counter of /proc/net/netstat, such as "TcpExt", "IPReversePathFilter". Empty where there is none.
std::optional<std::uint64_t> read_netstat(const std::string& group, const std::string& name);

/// The same, of the file's text: for each group a line of names and one of numbers.
std::optional<std::uint64_t> netstat_value(const std::string& text, const std::string& group,
                                           const std::string& name);

/// Whether somebody on this host has joined `group` on the interface (IGMP or MLD).
bool has_joined(const VtepAddress& group, const std::string& device);

/// The same, of the text of /proc/net/igmp or /proc/net/igmp6.
bool lists_group(const std::string& text, const VtepAddress& group, const std::string& device);

}  // namespace vxtap::io
