#include "service/descriptor_store.hpp"

#include <systemd/sd-daemon.h>

#include <chrono>
#include <cstdlib>

namespace vxtap::service {

std::vector<KeptDescriptor> take_kept_descriptors() {
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(1, &names);
  std::vector<KeptDescriptor> kept;
  for (int i = 0; i < count; ++i) {
    kept.push_back({names[i], io::UniqueFd(SD_LISTEN_FDS_START + i)});
    std::free(names[i]);
  }
  std::free(names);
  return kept;
}

bool may_keep_descriptors() {
  return std::getenv("NOTIFY_SOCKET") != nullptr;
}

void keep_descriptors(const std::string& name, std::span<const int> fds) {
  // Not polled: a TAP that is set down, or a socket with an ICMP error waiting, shows an error and is kept.
  const std::string state = "FDSTORE=1\nFDPOLL=0\nFDNAME=" + name;
  sd_pid_notify_with_fds(0, 0, state.c_str(), fds.data(), static_cast<unsigned>(fds.size()));
}

void forget_descriptors(const std::string& name) {
  sd_notify(0, ("FDSTOREREMOVE=1\nFDNAME=" + name).c_str());
}

void wait_for_service_manager() {
  constexpr std::chrono::microseconds kLongest = std::chrono::seconds(2);
  sd_notify_barrier(0, kLongest.count());
}

}  // namespace vxtap::service
