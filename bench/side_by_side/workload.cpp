#include "workload.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace vxtap::bench {
namespace {

template <unsigned kStreams>
Measurement tcp(const Path& path, const RunSettings& settings) {
  return run_tcp(path, settings, kStreams);
}

template <unsigned kPayload>
Measurement udp(const Path& path, const RunSettings& settings) {
  return run_udp(path, settings, kPayload);
}

constexpr std::array kWorkloads{
    Workload{"tcp1", "Gb/s", tcp<1>},       Workload{"tcp4", "Gb/s", tcp<4>},
    Workload{"udp18", "kpps", udp<18>},     Workload{"udp512", "kpps", udp<512>},
    Workload{"udp1372", "kpps", udp<1372>}, Workload{"rr", "us", run_request_response},
    Workload{"icmp", "us", run_icmp},       Workload{"flood64", "kcopies/s", run_flood, true},
    Workload{"paced", "% lost", run_paced},
};

}  // namespace

std::span<const Workload> workloads() {
  return kWorkloads;
}

const Workload& workload(std::string_view name) {
  const auto found = std::ranges::find(kWorkloads, name, &Workload::name);
  if (found == kWorkloads.end()) throw std::out_of_range("no workload " + std::string(name));
  return *found;
}

}  // namespace vxtap::bench
