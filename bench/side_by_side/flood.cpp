#include <fcntl.h>
#include <linux/filter.h>

#include <array>
#include <sstream>
#include <stdexcept>

#include "udp_threads.hpp"
#include "window.hpp"
#include "workload.hpp"

namespace vxtap::bench {
namespace {

constexpr std::size_t kPayload = 18;

/// Counts the copies that arrive at the remotes without spending a process on them: a filter refuses each,
/// and the kernel counts that as an error of this host's UDP. A train of datagrams has been taken apart by
/// then, so each counts, as it would not on the interface.
class CopyCounter {
 public:
  explicit CopyCounter(lab::Host& host)
      : counters_(host.run([] {
          constexpr auto kFile = "/proc/thread-self/net/snmp";
          return lab::UniqueFd(lab::check(open(kFile, O_RDONLY | O_CLOEXEC), kFile));
        })),
        socket_(lab::bound_socket(host, SOCK_DGRAM, lab::Endpoint("0.0.0.0", kFloodPort))) {
    sock_filter refuse{BPF_RET | BPF_K, 0, 0, 0};
    const sock_fprog program{1, &refuse};
    lab::check(setsockopt(socket_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program),
               "SO_ATTACH_FILTER");
  }

  std::uint64_t copies() const { return udp_counter("InErrors"); }

 private:
  /// From a line of names and a line of values, both begin with "Udp:".
  std::uint64_t udp_counter(const std::string& wanted) const {
    std::array<char, 16384> text{};
    const ssize_t size = lab::check(pread(counters_.get(), text.data(), text.size(), 0), "read net/snmp");
    std::istringstream file(std::string(text.data(), static_cast<std::size_t>(size)));
    std::string names;
    while (std::getline(file, names) && !names.starts_with("Udp:")) {
    }
    std::string values;
    std::getline(file, values);
    std::istringstream name_words(names);
    std::istringstream value_words(values);
    for (std::string name, value; name_words >> name && value_words >> value;)
      if (name == wanted) return std::stoull(value);
    throw std::runtime_error("no " + wanted + " in /proc/net/snmp");
  }

  lab::UniqueFd counters_;  // remains the host's: it is read at once, without waiting for the host's thread
  lab::UniqueFd socket_;
};

lab::UniqueFd broadcast_socket(const Path& path) {
  lab::UniqueFd socket = path.near.socket(AF_INET, SOCK_DGRAM);
  const int on = 1;
  lab::check(setsockopt(socket.get(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on), "SO_BROADCAST");
  const lab::Endpoint everyone(path.broadcast, 7104);
  lab::check(connect(socket.get(), everyone.data(), everyone.size()), "connect " + path.broadcast);
  return socket;
}

struct Flood {
  explicit Flood(const Path& path) : counter(path.far), sender(broadcast_socket(path), kPayload) {}

  Totals totals() const { return {sender.sent(), counter.copies()}; }

  CopyCounter counter;
  UdpSender sender;
};

}  // namespace

Measurement run_flood(const Path& path, const RunSettings& settings) {
  const Window window = watch(Flood(path), settings.length);
  return {window.received_per_second() / 1e3,
          window.seconds,
          window.cpu_seconds,
          {{"offered_kpps", window.sent_per_second() / 1e3}}};
}

}  // namespace vxtap::bench
