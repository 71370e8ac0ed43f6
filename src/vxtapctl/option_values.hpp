#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "vxtap/vni.hpp"
#include "vxtap/vtep_address.hpp"

/// Values of options; empty for text that says none.
namespace vxtap::ctl {

/// "500ms", "5s", "1m"; more than zero, a day at most.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

std::optional<Vni> parse_vni(std::string_view text);

/// A VNI, or what can be a segment's name: anything that is not a number.
bool is_segment(std::string_view text);

/// Seconds as a decimal number from 0.1 to 3600.
std::optional<std::chrono::milliseconds> parse_period(std::string_view text);

/// 1 to 2^32 - 1.
std::optional<std::uint32_t> parse_count(std::string_view text);

struct RemoteOption {
  VtepAddress address;
  std::optional<std::uint16_t> port;  ///< host order, not 0
};
/// ADDR, V4:PORT, [V6] or [V6]:PORT.
std::optional<RemoteOption> parse_remote(std::string_view text);

/// An IP or a MAC address.
bool is_group(std::string_view text);

}  // namespace vxtap::ctl
