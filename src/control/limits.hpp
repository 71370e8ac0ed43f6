#pragma once

#include <chrono>
#include <cstddef>

namespace vxtap::control {

/// What a client may cost the daemon.
struct Limits {
  std::size_t line_bytes = 1 << 20;       ///< of one request, without its newline
  std::size_t connections = 64;           ///< one more takes the place of the longest idle
  std::size_t pending_bytes = 256 << 20;  ///< answers waiting for slow readers, all connections together
  std::size_t event_bytes = 256 << 10;    ///< events waiting for one subscriber; more are lost to it
  std::chrono::milliseconds call_time{60'000};    ///< until a call that takes its time is over
  std::chrono::milliseconds idle_time{300'000};   ///< until a whole request has come
  std::chrono::milliseconds answer_time{30'000};  ///< until an answer, or the events of one write, are read
};

}  // namespace vxtap::control
