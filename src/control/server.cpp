#include "control/server.hpp"

#include <algorithm>
#include <boost/asio/local/stream_protocol.hpp>
#include <stdexcept>
#include <utility>

#include "control/capture_command.hpp"
#include "control/commands.hpp"
#include "control/connection.hpp"
#include "control/peer.hpp"
#include "control/socket_file.hpp"
#include "io/accept_loop.hpp"

namespace vxtap::control {
namespace {

using boost::asio::local::stream_protocol;

}  // namespace

class Server::Listener final : public io::AcceptLoop<stream_protocol> {
 public:
  Listener(boost::asio::io_context& context, DaemonApi& daemon, const ServerOptions& options)
      : AcceptLoop(context), file_(std::in_place, acceptor(), options.path, options.group) {
    pool_->limits = options.limits;
    pool_->dispatch = [&daemon](std::string_view method, const json::object& params) {
      return begin_command(daemon, method, params);
    };
    pool_->open_stream = [&daemon](const json::object& params) { return open_capture(daemon, params); };
    ErrorCode error;
    acceptor().listen(stream_protocol::acceptor::max_listen_connections, error);
    if (error)
      throw std::runtime_error("control.socket " + options.path + ": cannot listen: " + error.message());
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

  void stop() {
    pool_->subscription_changed = nullptr;
    stop_accepting();
    while (!pool_->open.empty()) (*pool_->open.begin())->close();
    file_.reset();
  }

 private:
  void welcome(stream_protocol::socket socket) override {
    if (!peer_is_allowed(socket.native_handle(), file_->group())) return;
    if (pool_->open.size() >= pool_->limits.connections && !make_room()) return;
    std::make_shared<Connection>(std::move(socket), pool_)->start();
  }

  /// Closes the connection that has waited longest for a request, so that silent ones lock nobody out.
  bool make_room() override {
    std::shared_ptr<Connection> oldest;
    for (const auto& connection : pool_->open)
      if (connection->idle() && (oldest == nullptr || connection->expiry() < oldest->expiry()))
        oldest = connection;
    if (oldest == nullptr) return false;
    oldest->close();
    return true;
  }

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
