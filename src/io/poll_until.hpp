#pragma once

#include <poll.h>

#include <chrono>
#include <span>
#include <stop_token>

namespace vxtap::io {

/// poll(2) that a stop token ends as well, 50 ms later at most. True: one of `watched` has something in
/// `revents`; false: `end` has come or the stop has. Any thread.
bool poll_until(std::span<pollfd> watched, std::chrono::steady_clock::time_point end,
                const std::stop_token& stop);

}  // namespace vxtap::io
