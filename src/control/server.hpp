#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>

#include "control/daemon_api.hpp"
#include "control/events.hpp"
#include "control/limits.hpp"

namespace vxtap::control {

struct ServerOptions {
  std::string path;
  std::string group;  ///< empty: for our own user and root only
  Limits limits = {};
};

/// The control socket: JSON-RPC 2.0, one object a line, the methods of commands.hpp and
/// `subscribe`. Runs on `io`, which one
/// thread runs: the control thread. Everything is asynchronous, so that a client that does nothing, or reads
/// nothing, holds up nobody. Both references must outlive the server; handlers left in `io` afterwards touch
/// neither.
class Server {
 public:
  /// Listens from here on. Throws std::runtime_error with object, cause and mend.
  Server(boost::asio::io_context& io, DaemonApi& daemon, const ServerOptions& options);
  /// Closes every connection and removes the socket's file unless another daemon has put its own there. On
  /// the control thread, or when it does not run.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Accepts clients again. For want of memory Asio gives up a connection before anybody is told, and with it
  /// the waiting for the next. Throws std::bad_alloc.
  void resume();

  /// Tells every subscriber of the topic. Never waits for one: see connection.hpp. Control thread.
  void publish(EventTopic topic, const json::object& event);
  /// Whether anybody would be told; spares making the event. Control thread.
  bool has_subscriber(EventTopic topic) const;
  /// Called whenever that may have changed. Control thread, not after the server's end.
  void on_subscription(std::function<void()> changed);

 private:
  class Listener;
  std::shared_ptr<Listener> listener_;
};

}  // namespace vxtap::control
