#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace vxtap::service {

/// What HTTP clients may cost the daemon.
struct HttpLimits {
  std::size_t connections = 32;       ///< one more takes the place of the longest idle
  std::uint32_t header_bytes = 8192;  ///< of one request
  /// Answers not yet handed to the kernel, all connections together. A single larger one is sent all the
  /// same, and so are small ones.
  std::size_t pending_bytes = 64 << 20;
  std::chrono::milliseconds request_time{10'000};   ///< until a request has come, since the last answer
  std::chrono::milliseconds response_time{10'000};  ///< until an answer is read
  std::chrono::milliseconds linger_time{1'000};     ///< a last answer, to a client that still sends
};

}  // namespace vxtap::service
