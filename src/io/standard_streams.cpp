#include "io/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace vxtap::io {

void open_standard_streams() noexcept {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (fcntl(fd, F_GETFD) < 0)
      static_cast<void>(open("/dev/null", (fd == STDOUT_FILENO ? O_RDONLY : O_RDWR) | O_CLOEXEC));
}

}  // namespace vxtap::io
