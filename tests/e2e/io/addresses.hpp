#pragma once

#include "io/netlink.hpp"

namespace vxtap::test {

/// `text` as an interface has it, with its prefix's length.
inline io::InterfaceAddress address(const char* text, std::uint8_t length) {
  return {*VtepAddress::parse(text), length};
}

}  // namespace vxtap::test
