// For LD_PRELOAD: what a process takes for the time of day is as many seconds off as the file says that
// SHIFTED_CLOCK names, eight bytes in this machine's order, at each moment anew.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

std::atomic_ref<std::int64_t> open_shift() {
  static std::int64_t none = 0;
  const char* file = std::getenv("SHIFTED_CLOCK");
  const int fd = file == nullptr ? -1 : ::open(file, O_RDONLY | O_CLOEXEC);
  void* seen = fd < 0 ? MAP_FAILED : ::mmap(nullptr, sizeof none, PROT_READ, MAP_SHARED, fd, 0);
  if (fd >= 0) ::close(fd);
  return std::atomic_ref(seen == MAP_FAILED ? none : *static_cast<std::int64_t*>(seen));
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto kShift = open_shift();
  const long result = ::syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    time->tv_sec += kShift.load();
  return static_cast<int>(result);
}
