#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "lab/files.hpp"
#include "lab/namespace_thread.hpp"
#include "lab/process.hpp"

namespace vxtap::lab {

/// A test host: a network namespace of its own and a private directory. IPv6 addresses work at once (no
/// duplicate address detection) and no router is asked for.
class Host {
 public:
  Host();

  template <typename Work>
  std::invoke_result_t<Work> run(Work&& work) {
    return thread_.run(std::forward<Work>(work));
  }
  NamespaceThread& thread() noexcept { return thread_; }
  pid_t tid() const noexcept { return thread_.tid(); }
  const TempDirectory& directory() const noexcept { return directory_; }

  CommandResult command(const Arguments& arguments, milliseconds patience = kPatience) {
    return run_command(thread_, arguments, patience);
  }
  /// `ip WORDS`; throws with what it said when it fails. Returns its output.
  std::string ip(const std::string& words);
  /// Any other program that must succeed, words split at blanks.
  std::string must(const std::string& words);

  /// /proc/sys/net/PATH of this host.
  void sysctl(const std::string& path, const std::string& value);
  /// A file of this host's /proc/net.
  std::string proc_net(const std::string& name);

  UniqueFd socket(int domain, int type, int protocol = 0);
  unsigned interface_index(const std::string& name);
  struct Packets {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::uint64_t received_bytes = 0;
  };
  /// The interface's own counters; a burst that is one buffer counts once.
  Packets interface_packets(const std::string& name);
  /// Empty when there is no such interface.
  std::optional<unsigned> interface_mtu(const std::string& name);
  std::string interface_mac(const std::string& name);

 private:
  TempDirectory directory_;
  NamespaceThread thread_;
};

/// A veth between two hosts, both ends up.
void connect(Host& left, const std::string& left_name, Host& right, const std::string& right_name);

}  // namespace vxtap::lab
