#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "dataplane/worker_group.hpp"
#include "io/socket_address.hpp"
#include "io/udp_socket.hpp"
#include "support/printing.hpp"
#include "support/silent_events.hpp"
#include "support/values.hpp"
#include "waiting.hpp"

namespace vxtap::test {

inline const VtepAddress kOurs = address("127.0.0.1");
inline const VtepAddress kTheirs = address("127.0.0.2");
inline const MacAddress kInside = mac("02:00:00:00:00:0a");
inline const MacAddress kOutside = mac("02:00:00:00:00:0b");
inline const MacAddress kNobody = mac("02:00:00:00:00:0c");  // so its frames are flooded

inline std::uint16_t port_of(const io::UniqueFd& socket) {
  io::SocketAddress where;
  REQUIRE(::getsockname(socket.get(), where.get(), &where.size) == 0);
  return where.remote().port;
}

/// Says nothing, but can hold a worker in the middle of a batch: every flooded frame has a copy that fails.
class Gate final : public SilentEvents {
 public:
  void close() { closed_ = true; }
  void open() { closed_ = false; }
  bool holds_one() const { return held_; }

  void send_failed(const Segment&, const Remote&, int) noexcept override {
    held_ = closed_.load();
    while (closed_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    held_ = false;
  }

 private:
  std::atomic<bool> closed_{false}, held_{false};
};

inline io::UniqueFd open_socket(const VtepAddress& local) {
  return io::open_receiver({.address = local, .port = 0, .device = {}, .scope = 0});
}

/// The host behind one queue of a TAP: frames with their virtio header, as tun has them.
class QueueHost {
 public:
  QueueHost() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0);
    queue_ = io::UniqueFd(ends[0]);
    host_ = io::UniqueFd(ends[1]);
  }
  io::UniqueFd queue() { return std::move(queue_); }

  /// False: it took none, and may do so later.
  bool send(const Bytes& frame) const {
    const Bytes with_header = Bytes(sizeof(io::VirtioHeader)) + frame;
    return ::send(host_.get(), with_header.data(), with_header.size(), MSG_NOSIGNAL) > 0;
  }
  void wait(short events) const {
    pollfd waiting{.fd = host_.get(), .events = events, .revents = 0};
    ::poll(&waiting, 1, 1);
  }
  std::optional<Bytes> receive() const {
    Bytes frame(2000);
    const ssize_t got = ::recv(host_.get(), frame.data(), frame.size(), 0);
    if (got <= 0) return std::nullopt;  // nothing there, or the queue was closed
    REQUIRE(got >= static_cast<ssize_t>(sizeof(io::VirtioHeader)));
    return Bytes(frame.begin() + sizeof(io::VirtioHeader), frame.begin() + got);
  }

 private:
  io::UniqueFd queue_, host_;
};

/// As many frames as the queue takes, until it goes.
class Flood {
 public:
  explicit Flood(const QueueHost& host)
      : thread_([this, &host] {
          const Bytes frame = ethernet_frame(kNobody, kInside, std::string(50, 'x'));
          while (!stopped_)
            if (!host.send(frame)) host.wait(POLLOUT);
        }) {}
  ~Flood() {
    stopped_ = true;
    thread_.join();
  }
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

 private:
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

/// Two workers, each with its queue of one TAP and its socket of one local VTEP. What the TAP sends costs a
/// worker many datagrams each, so that a host can easily take all of its time.
class TwoWorkers {
 public:
  TwoWorkers();
  ~TwoWorkers() { gate.open(); }
  TwoWorkers(const TwoWorkers&) = delete;
  TwoWorkers& operator=(const TwoWorkers&) = delete;

  dataplane::Worker& first() { return **group->begin(); }
  /// Hands `change` to the first worker, and nothing to the other.
  void apply(dataplane::WorkerChange change);
  std::shared_ptr<const SegmentTable> table(std::uint32_t number) const;
  SegmentTotals totals() const { return state_->totals(); }
  io::UnderlaySettings settings() const { return settings_; }
  /// Waits for the next loan. While no datagram arrives it does not end by itself.
  void wait_for_loan();

  /// A datagram to the first worker; false when the system did not take it.
  bool tell(std::uint64_t number) const;
  /// The next that its TAP gets, which it waits for.
  std::uint64_t hear();
  /// `count` more, a few at a time, each of which must come, and in order.
  void converse(std::size_t count);

  std::array<QueueHost, 2> hosts;
  std::uint32_t vni_told = 100;
  std::uint16_t port_told = 0;
  Gate gate;

 private:
  io::UniqueFd sink_ = open_socket(kOurs);
  io::UniqueFd peer_ = open_socket(kTheirs);
  Fdb fdb_{1};
  std::shared_ptr<TapState> tap_state_ = std::make_shared<TapState>();
  std::shared_ptr<SegmentState> state_ = std::make_shared<SegmentState>(dataplane::WorkerGroup::shards(2));
  io::UnderlaySettings settings_;
  std::uint64_t loans_seen_ = 0;
  std::uint64_t next_told_ = 0, next_heard_ = 0;

 public:
  std::optional<dataplane::WorkerGroup> group;  // goes first
};

}  // namespace vxtap::test
