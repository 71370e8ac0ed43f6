#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/value.hpp"
#include "iproute2/option.hpp"

/// Values as iproute2 reads them. The readers report what it would refuse and return empty.
namespace vxtap::iproute2 {

/// Decimal, 0x hexadecimal or 0 octal, as strtoul(3) with base 0.
std::optional<std::uint64_t> number_of(std::string_view text);
/// Six octets of one or two hexadecimal digits.
std::optional<MacAddress> mac_of(std::string_view text);

/// `what` completes "is no ...".
std::optional<std::uint64_t> read_number(const Use& use, const Word& value, config::Range range,
                                         std::string_view what);
std::optional<std::uint16_t> read_port(const Use& use, const Word& value, std::uint16_t lowest = 0);
std::optional<VtepAddress> read_address(const Use& use, const Word& value);
std::optional<MacAddress> read_mac(const Use& use, const Word& value);
/// A ToS by its name in /etc/iproute2/rt_dsfield, or in hexadecimal with or without 0x, which is what
/// iproute2 takes every number for.
std::optional<std::uint8_t> read_tos(const Use& use, const Word& value);
/// ADDRESS or ADDRESS/LENGTH; without a length all bits.
std::optional<config::InterfaceAddress> read_prefix(const Use& use, const Word& value);

}  // namespace vxtap::iproute2
