#include "cpu_time.hpp"

#include <unistd.h>

#include <array>
#include <fstream>
#include <stdexcept>
#include <string>

namespace vxtap::bench {

double busy_cpu_seconds() {
  // proc_stat(5): user nice system idle iowait irq softirq steal; what follows is contained in user and nice.
  constexpr std::size_t kIdle = 3;
  constexpr std::size_t kIoWait = 4;
  std::ifstream in("/proc/stat");
  std::string all_cpus;
  std::array<unsigned long long, 8> ticks{};
  in >> all_cpus;
  for (auto& value : ticks) in >> value;
  if (!in || all_cpus != "cpu") throw std::runtime_error("cannot read /proc/stat");
  unsigned long long busy = 0;
  for (std::size_t i = 0; i < ticks.size(); ++i)
    if (i != kIdle && i != kIoWait) busy += ticks[i];
  return static_cast<double>(busy) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace vxtap::bench
