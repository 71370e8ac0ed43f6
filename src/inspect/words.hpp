#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/inner_ip.hpp"
#include "inspect/explanation.hpp"
#include "vxtap/fdb.hpp"
#include "vxtap/storm_control.hpp"

/// Values as sentences have them.
namespace vxtap::inspect {

/// The parts one behind the other.
std::string join(std::initializer_list<std::string_view> parts);
/// "1 byte", "3 remotes"
std::string counted(std::uint64_t number, std::string_view noun);
/// "192.0.2.2:4789, 192.0.2.3:4789 and 7 more"
std::string in_words(std::span<const Remote> remotes);
/// "segment blue (VNI 42)"
std::string in_words(const Segment& segment);
/// The words of `bridge fdb`: "reachable", "static", "permanent".
std::string_view in_words(FdbState state) noexcept;
/// "broadcast", "multicast", "unknown_unicast": the keys of `storm_control`.
std::string_view in_words(FloodKind kind) noexcept;
/// "12.3 s"
std::string age(Tick now, Tick heard);
/// Two binary digits.
std::string ecn_bits(std::uint8_t traffic_class);
/// 0x and as many digits as there have to be, at least `digits`.
std::string hexadecimal(std::uint64_t value, int digits = 1);
/// " at FILE:12"; " in the segment at FILE:3" where the key is absent; empty without a place.
std::string at(const Place& place);

/// The frame's IP header, if it has one.
std::optional<InnerIp> ip_of(BytesView frame);

}  // namespace vxtap::inspect
