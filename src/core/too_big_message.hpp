#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "vxtap/bytes.hpp"
#include "vxtap/ethernet.hpp"

namespace vxtap {

/// See write_too_big. `mtu`: the largest inner IP packet that passes.
std::optional<std::size_t> write_too_big_message(BytesView frame, const EthernetHeader& ethernet,
                                                 std::uint32_t mtu, MutableBytes out) noexcept;

}  // namespace vxtap
