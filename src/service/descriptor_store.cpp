#include "service/descriptor_store.hpp"

#include <systemd/sd-daemon.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace vxtap::service {

namespace {

struct Free {
  // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): libsystemd allocates so
  void operator()(void* memory) const { std::free(memory); }
};

}  // namespace

std::vector<KeptDescriptor> take_kept_descriptors() {
  char** allocated = nullptr;
  const int count = sd_listen_fds_with_names(1, &allocated);
  const std::unique_ptr<char*, Free> names(allocated);
  std::vector<KeptDescriptor> kept;
  for (int i = 0; i < count; ++i) {
    const std::unique_ptr<char, Free> name(names.get()[i]);
    kept.push_back({name.get(), io::UniqueFd(SD_LISTEN_FDS_START + i)});
  }
  return kept;
}

bool may_keep_descriptors() {
  const char* most = std::getenv("FDSTORE");  // set since systemd 254, where descriptors are kept
  return std::getenv("NOTIFY_SOCKET") != nullptr && (most == nullptr || std::string_view(most) != "0");
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
