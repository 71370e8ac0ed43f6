#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <set>
#include <string>

#include "control/json_rpc.hpp"
#include "control/limits.hpp"

namespace vxtap::control {

class Connection;

/// What the connections of one server share. Control thread only.
struct ConnectionPool {
  Dispatch dispatch;
  Limits limits;
  std::size_t pending_bytes = 0;  ///< of answers not yet handed to the kernel
  std::set<std::shared_ptr<Connection>> open;
};

/// One client. Reads a line, answers it, and only then looks for the next: whatever a client sends ahead, it
/// has one answer waiting at most, and other clients get their turn in between. Control thread only.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  Connection(Socket socket, std::shared_ptr<ConnectionPool> pool);

  /// Enters the pool and serves until the client leaves, a limit is reached or close().
  void start();
  /// Waits for a request, and since when: the one that waits longest expires first.
  bool idle() const noexcept { return outbox_.empty(); }
  std::chrono::steady_clock::time_point expiry() const { return deadline_.expiry(); }

  /// Leaves the pool. May be called more than once.
  void close();

 private:
  void read_line();
  void on_line(std::size_t length);
  void send(std::string text, bool last);
  void arm(std::chrono::milliseconds time);

  Socket socket_;
  std::shared_ptr<ConnectionPool> pool_;
  boost::asio::steady_timer deadline_;
  std::string inbox_;   // received, not yet answered
  std::string outbox_;  // the answer being written
};

}  // namespace vxtap::control
