#include "service/metrics_listener.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <sstream>
#include <string>
#include <utility>

#include "io/low_port.hpp"
#include "io/system_error.hpp"
#include "service/http_connection.hpp"

namespace vxtap::service {
namespace {

using boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

/// Pause after an accept that failed, so that a process out of descriptors does not spin.
constexpr std::chrono::seconds kAcceptRetry{1};

io::SystemError refusal(const tcp::endpoint& local, int error) {
  std::ostringstream object;
  object << "metrics.listen " << local;
  const char* mend = "correct `metrics.listen`";
  if (error == EADDRINUSE) mend = "another program listens there; stop it, or choose another port";
  if (error == EADDRNOTAVAIL) mend = "this host has no such address; add it, or correct `metrics.listen`";
  if (error == EACCES) mend = io::kLowPortMend;
  return {object.str(), error, mend};
}

/// While it lives two of our own sockets may listen on overlapping addresses.
class Overlap {
 public:
  Overlap(tcp::acceptor& one, tcp::acceptor* other) : one_(one), other_(other) { set(1); }
  ~Overlap() { set(0); }
  Overlap(const Overlap&) = delete;
  Overlap& operator=(const Overlap&) = delete;

 private:
  void set(int on) noexcept {
    if (other_ == nullptr) return;
    for (auto* acceptor : {&one_, other_})
      ::setsockopt(acceptor->native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
  }
  tcp::acceptor& one_;
  tcp::acceptor* other_;
};

void open(tcp::acceptor& acceptor, const tcp::endpoint& local, tcp::acceptor* predecessor) {
  ErrorCode error;
  acceptor.open(local.protocol(), error);
  if (error) throw refusal(local, error.value());
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);  // over connections in TIME_WAIT
  const Overlap overlap(acceptor, predecessor);
  acceptor.bind(local, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) throw refusal(local, error.value());
}

}  // namespace

/// Kept alive by its own handlers, which may come after the MetricsListener is gone.
class MetricsListener::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(boost::asio::io_context& io, MetricsPages pages, const HttpLimits& limits)
      : acceptor_(io), retry_(io) {
    pool_->pages = std::move(pages);
    pool_->limits = limits;
  }

  tcp::acceptor& acceptor() noexcept { return acceptor_; }

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](const ErrorCode& error, tcp::socket socket) {
      if (!self->acceptor_.is_open() || error == boost::asio::error::operation_aborted) return;
      if (error) return self->accept_later(error);
      self->accept();
      self->welcome(std::move(socket));
    });
  }

  void resume() {
    retry_.cancel();
    acceptor_.cancel();
    accept();
  }

  void stop() {
    ErrorCode ignored;
    acceptor_.close(ignored);
    retry_.cancel();
    while (!pool_->open.empty()) (*pool_->open.begin())->close();
  }

 private:
  /// A socket that is not taken into the pool is closed by its destructor.
  void welcome(tcp::socket socket) {
    if (pool_->open.size() >= pool_->limits.connections && !make_room()) return;
    std::make_shared<HttpConnection>(std::move(socket), pool_)->start();
  }

  /// Closes the connection that has waited longest for a request, so that silent ones lock nobody out.
  bool make_room() {
    const auto& open = pool_->open;
    const auto oldest = std::min_element(open.begin(), open.end(), [](const auto& a, const auto& b) {
      return std::pair(!a->idle(), a->idle_since()) < std::pair(!b->idle(), b->idle_since());
    });
    if (oldest == open.end() || !(*oldest)->idle()) return false;
    (*oldest)->close();
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

  tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  std::shared_ptr<HttpPool> pool_ = std::make_shared<HttpPool>();
};

MetricsListener::MetricsListener(boost::asio::io_context& io, const Endpoint& local, MetricsPages pages,
                                 MetricsListener* predecessor, const HttpLimits& limits)
    : listener_(std::make_shared<Listener>(io, std::move(pages), limits)) {
  open(listener_->acceptor(), local, predecessor == nullptr ? nullptr : &predecessor->listener_->acceptor());
  listener_->accept();
}

void MetricsListener::resume() {
  listener_->resume();
}

MetricsListener::~MetricsListener() {
  listener_->stop();
}

MetricsListener::Endpoint MetricsListener::local() const {
  return listener_->acceptor().local_endpoint();
}

}  // namespace vxtap::service
