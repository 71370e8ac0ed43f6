#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "control/byte_stream.hpp"
#include "control/events.hpp"
#include "control/json_rpc.hpp"
#include "control/limits.hpp"

namespace vxtap::control {

class Connection;

/// What the connections of one server share. Control thread only.
struct ConnectionPool {
  Dispatch dispatch;
  /// Begins the stream that `capture` asks for; throws Fault.
  std::function<std::unique_ptr<ByteStream>(const json::object& params)> open_stream;
  std::function<void()> subscription_changed;  ///< may be empty
  Limits limits;
  std::size_t pending_bytes = 0;  ///< of answers and events not yet handed to the kernel
  std::set<std::shared_ptr<Connection>> open;
};

/// One client. Reads a line, answers it, and only then looks for the next: whatever a client sends ahead, it
/// has one answer waiting at most, and other clients get their turn in between. Control thread only.
///
/// The method `subscribe` {topics} is answered here and turns the connection into a stream: events follow the
/// answer, one object a line, and what the client sends from then on is left unread. Events wait for a slow
/// reader up to a limit; those that find no room are counted, and the count stands where they are missing. A
/// reader that takes nothing for as long as an answer may last is closed like any other.
///
/// The method `capture` does the same with a ByteStream: its bytes follow the answer. A client that finishes
/// sending (shutdown) asks it to come to its end.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  Connection(Socket socket, std::shared_ptr<ConnectionPool> pool);

  /// Enters the pool and serves until the client leaves, a limit is reached or close().
  void start();
  /// Waits for a request, or for events, and since when: the one that waits longest expires first, a
  /// subscriber last.
  bool idle() const noexcept { return outbox_.empty() && !busy_ && stream_ == nullptr; }
  std::chrono::steady_clock::time_point expiry() const { return deadline_.expiry(); }

  bool subscribed(EventTopic topic) const { return topics_.test(static_cast<std::size_t>(topic)); }
  /// Queues an event, its newline included; never waits, never closes.
  void publish(const std::string& line);

  /// Leaves the pool. May be called more than once.
  void close();

 private:
  void go_on();
  void read_line();
  void on_line(std::size_t length);
  void answer_with(Answer text);
  Result dispatch(std::string_view method, const json::object& params);
  json::value subscribe(const json::object& params);
  json::value capture(const json::object& params);
  bool streams() const { return topics_.any() || stream_ != nullptr; }
  void watch_for_leave();
  void watch_for_end();
  void tell_of_subscription();
  void send(std::string text, bool last);
  void send_events();
  void send_bytes();
  void arm(std::chrono::milliseconds time);

  Socket socket_;
  std::shared_ptr<ConnectionPool> pool_;
  boost::asio::steady_timer deadline_;
  std::string inbox_;                   // received, not yet answered
  std::string outbox_;                  // the answer or the events being written
  EventTopics topics_;                  // any: the connection is a stream
  std::unique_ptr<ByteStream> stream_;  // not null: its bytes follow
  bool busy_ = false;                   // a call is under way
  std::string backlog_;                 // events behind the outbox
  std::uint64_t lost_ = 0;              // events behind the backlog
};

}  // namespace vxtap::control
