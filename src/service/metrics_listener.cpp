#include "service/metrics_listener.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <string>
#include <utility>

#include "io/accept_loop.hpp"
#include "io/low_port.hpp"
#include "io/system_error.hpp"
#include "service/costly_page.hpp"
#include "service/http_connection.hpp"

namespace vxtap::service {
namespace {

using boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

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

class MetricsListener::Listener final : public io::AcceptLoop<tcp> {
 public:
  Listener(boost::asio::io_context& context, MetricsPages pages, const HttpLimits& limits)
      : AcceptLoop(context) {
    pool_->pages = {[page = std::make_shared<CostlyPage>(context.get_executor(), std::move(pages.metrics))] {
                      return page->text();
                    },
                    std::move(pages.complaints)};
    pool_->limits = limits;
  }

  void stop() {
    stop_accepting();
    while (!pool_->open.empty()) (*pool_->open.begin())->close();
  }

 private:
  void welcome(tcp::socket socket) override {
    if (pool_->open.size() >= pool_->limits.connections && !make_room()) return;
    std::make_shared<HttpConnection>(std::move(socket), pool_)->start();
  }

  /// Closes the connection that has waited longest for a request, so that silent ones lock nobody out.
  bool make_room() override {
    const auto& open = pool_->open;
    const auto oldest = std::min_element(open.begin(), open.end(), [](const auto& a, const auto& b) {
      return std::pair(!a->idle(), a->idle_since()) < std::pair(!b->idle(), b->idle_since());
    });
    if (oldest == open.end() || !(*oldest)->idle()) return false;
    (*oldest)->close();
    return true;
  }

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
