#include "control/server.hpp"

#include <algorithm>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>
#include <utility>

#include "control/capture_command.hpp"
#include "control/commands.hpp"
#include "control/connection.hpp"
#include "control/peer.hpp"
#include "control/socket_file.hpp"

namespace vxtap::control {
namespace {

using boost::asio::local::stream_protocol;
using ErrorCode = boost::system::error_code;

/// Pause after an accept that failed, so that a process out of descriptors does not spin.
constexpr std::chrono::seconds kAcceptRetry{1};

}  // namespace

/// Kept alive by its own handlers, which may come after the Server is gone.
class Server::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(boost::asio::io_context& io, DaemonApi& daemon, const ServerOptions& options)
      : acceptor_(io), retry_(io), file_(std::in_place, acceptor_, options.path, options.group) {
    pool_->limits = options.limits;
    pool_->dispatch = [&daemon](std::string_view method, const json::object& params) {
      return begin_command(daemon, method, params);
    };
    pool_->open_stream = [&daemon](const json::object& params) { return open_capture(daemon, params); };
    ErrorCode error;
    acceptor_.listen(stream_protocol::acceptor::max_listen_connections, error);
    if (error)
      throw std::runtime_error("control.socket " + options.path + ": cannot listen: " + error.message());
  }

  void accept() {
    acceptor_.async_accept(
        [self = shared_from_this()](const ErrorCode& error, stream_protocol::socket socket) {
          if (!self->acceptor_.is_open() || error == boost::asio::error::operation_aborted) return;
          if (error) return self->accept_later(error);
          self->accept();
          self->welcome(std::move(socket));
        });
  }

  void publish(EventTopic topic, const json::object& event) {
    if (!has_subscriber(topic)) return;
    const auto line = to_text(event) + '\n';
    for (const auto& connection : pool_->open)
      if (connection->subscribed(topic)) connection->publish(line);
  }

  bool has_subscriber(EventTopic topic) const {
    return std::any_of(pool_->open.begin(), pool_->open.end(),
                       [&](const auto& connection) { return connection->subscribed(topic); });
  }

  void on_subscription(std::function<void()> changed) { pool_->subscription_changed = std::move(changed); }

  void resume() {
    retry_.cancel();
    acceptor_.cancel();
    accept();
  }

  void stop() {
    pool_->subscription_changed = nullptr;
    ErrorCode ignored;
    acceptor_.close(ignored);
    retry_.cancel();
    while (!pool_->open.empty()) (*pool_->open.begin())->close();
    file_.reset();
  }

 private:
  /// A socket that is not taken into the pool is closed by its destructor.
  void welcome(stream_protocol::socket socket) {
    if (!peer_is_allowed(socket.native_handle(), file_->group())) return;
    if (pool_->open.size() >= pool_->limits.connections && !make_room()) return;
    std::make_shared<Connection>(std::move(socket), pool_)->start();
  }

  /// Closes the connection that has waited longest for a request, so that silent ones lock nobody out.
  bool make_room() {
    std::shared_ptr<Connection> oldest;
    for (const auto& connection : pool_->open)
      if (connection->idle() && (oldest == nullptr || connection->expiry() < oldest->expiry()))
        oldest = connection;
    if (oldest == nullptr) return false;
    oldest->close();
    return true;
  }

  /// Out of descriptors, a silent client's serves the next one.
  void accept_later(const ErrorCode& reason) {
    if (reason == boost::asio::error::no_descriptors && make_room()) return accept();
    retry_.expires_after(kAcceptRetry);
    retry_.async_wait([self = shared_from_this()](const ErrorCode& error) {
      if (!error && self->acceptor_.is_open()) self->accept();
    });
  }

  stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  std::optional<SocketFile> file_;  // empty after stop()
  std::shared_ptr<ConnectionPool> pool_ = std::make_shared<ConnectionPool>();
};

Server::Server(boost::asio::io_context& io, DaemonApi& daemon, const ServerOptions& options)
    : listener_(std::make_shared<Listener>(io, daemon, options)) {
  listener_->accept();
}

void Server::resume() {
  listener_->resume();
}

Server::~Server() {
  listener_->stop();
}

void Server::publish(EventTopic topic, const json::object& event) {
  listener_->publish(topic, event);
}

void Server::on_subscription(std::function<void()> changed) {
  listener_->on_subscription(std::move(changed));
}

bool Server::has_subscriber(EventTopic topic) const {
  return listener_->has_subscriber(topic);
}

}  // namespace vxtap::control
