#include "service/process_facts.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace vxtap;
using service::read_process_facts;

namespace {

/// VmRSS of /proc/self/status, in bytes.
std::size_t resident_by_status() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::size_t kilobytes = 0;
    if (word == "VmRSS:" && status >> kilobytes) return kilobytes * 1024;
  }
  throw std::runtime_error("/proc/self/status has no VmRSS");
}

}  // namespace

TEST_CASE("process facts: descriptors are counted") {
  const auto before = read_process_facts().open_files;
  CHECK(before >= 3);
  const int files[] = {::open("/dev/null", O_RDONLY), ::open("/dev/null", O_RDONLY)};
  CHECK(read_process_facts().open_files == before + 2);
  for (const int file : files) ::close(file);
  CHECK(read_process_facts().open_files == before);
}

TEST_CASE("process facts: memory that is touched is resident") {
  constexpr std::size_t kSize = 64 << 20;
  const auto before = read_process_facts().resident_bytes;
  const std::vector<char> touched(kSize, 1);
  const auto after = read_process_facts().resident_bytes;
  CHECK(after - before > kSize / 2);
  // A sanitizer's shadow grows along, so how much more it is only the kernel knows.
  const auto kernels = resident_by_status();
  CHECK(after > kernels - kSize / 2);
  CHECK(after < kernels + kSize / 2);
  CHECK(touched.back() == 1);
}

TEST_CASE("process facts: processor time is what getrusage says") {
  const auto used = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  };
  const double before = used();
  while (used() < before + 0.05) {
  }
  const double mine = read_process_facts().cpu_seconds;
  CHECK(mine >= before);
  CHECK(mine == Approx(used()).margin(0.05));
}

TEST_CASE("process facts: the start lies before now, by less than this test may take, and stays") {
  const auto start = read_process_facts().start_time;
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  CHECK(start <= now + 0.02);  // to the tick of the kernel's figure
  CHECK(start > now - 600);
  CHECK(read_process_facts().start_time == start);
}
