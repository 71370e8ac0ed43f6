#pragma once

#include <unistd.h>

#include <array>
#include <string>

namespace vxtap::test {

/// What the descriptor has until its end; with O_NONBLOCK until there is no more for now.
inline std::string read_rest(int fd) {
  std::string text;
  std::array<char, 4096> chunk{};
  for (ssize_t got = 0; (got = ::read(fd, chunk.data(), chunk.size())) > 0;)
    text.append(chunk.data(), static_cast<std::size_t>(got));
  return text;
}

}  // namespace vxtap::test
