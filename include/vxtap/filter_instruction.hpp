#pragma once

#include <cstdint>

namespace vxtap {

/// One instruction of a classic BPF program (linux/filter.h, struct sock_filter).
struct FilterInstruction {
  std::uint16_t code = 0;
  std::uint8_t jt = 0, jf = 0;
  std::uint32_t k = 0;
};

}  // namespace vxtap
