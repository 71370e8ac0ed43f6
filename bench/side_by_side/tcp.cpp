#include <atomic>
#include <deque>
#include <vector>

#include "lab/sockets.hpp"
#include "window.hpp"
#include "workload.hpp"

namespace vxtap::bench {
namespace {

constexpr std::uint16_t kPort = 7101;
constexpr std::size_t kSendSize = std::size_t{128} * 1024;
constexpr std::size_t kReceiveSize = std::size_t{256} * 1024;

/// One connection with a thread at either end.
class Stream {
 public:
  Stream(const Path& path, const lab::Endpoint& endpoint, const lab::UniqueFd& listener)
      : sender_(lab::connected_socket(path.near, SOCK_STREAM, endpoint)),
        receiver_(lab::check(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept")),
        send_thread_([this] { send_all(); }),
        receive_thread_([this] { receive_all(); }) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    stopping_ = true;
    shutdown(sender_.get(), SHUT_RDWR);  // wakes both
    shutdown(receiver_.get(), SHUT_RDWR);
    send_thread_.join();
    receive_thread_.join();
  }

  std::uint64_t received() const noexcept { return received_.load(std::memory_order_relaxed); }

 private:
  void send_all() const {
    const std::vector<char> chunk(kSendSize);
    while (!stopping_ && send(sender_.get(), chunk.data(), chunk.size(), MSG_NOSIGNAL) >= 0) {
    }
  }
  void receive_all() {
    std::vector<char> chunk(kReceiveSize);
    for (ssize_t n = 0; !stopping_ && (n = recv(receiver_.get(), chunk.data(), chunk.size(), 0)) > 0;)
      received_.fetch_add(static_cast<std::uint64_t>(n), std::memory_order_relaxed);
  }

  lab::UniqueFd sender_;
  lab::UniqueFd receiver_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> received_{0};  // bytes
  std::thread send_thread_;
  std::thread receive_thread_;
};

class Streams {
 public:
  Streams(const Path& path, unsigned count) {
    const lab::Endpoint endpoint(path.address, kPort);
    const lab::UniqueFd listener = lab::bound_socket(path.far, SOCK_STREAM, endpoint);
    lab::check(listen(listener.get(), static_cast<int>(count)), "listen");
    for (unsigned i = 0; i < count; ++i) streams_.emplace_back(path, endpoint, listener);
  }

  Totals totals() const {
    Totals sum;
    for (const auto& stream : streams_) sum.received += stream.received();
    return sum;
  }

 private:
  std::deque<Stream> streams_;
};

}  // namespace

Measurement run_tcp(const Path& path, const RunSettings& settings, unsigned streams) {
  constexpr double kGiga = 1e9;
  const Window window = watch(Streams(path, streams), settings.length);
  return {window.received_per_second() * 8 / kGiga,
          window.seconds,
          window.cpu_seconds,
          {{kCpuPerGigabyte, window.cpu_seconds * kGiga / static_cast<double>(window.moved.received)}}};
}

}  // namespace vxtap::bench
