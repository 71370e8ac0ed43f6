#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "service/http_limits.hpp"
#include "service/http_reply.hpp"

namespace vxtap::service {

/// `metrics.listen`: the pages /metrics and /healthz over HTTP/1.1 (RFC 9112), to whoever reaches the
/// address. Runs on `io`, which one thread runs: the control thread. Everything is asynchronous, so that a
/// client that does nothing, or reads nothing, holds up nobody. `io` and what the pages refer to must outlive
/// the listener; handlers left in `io` afterwards touch neither.
class MetricsListener {
 public:
  using Endpoint = boost::asio::ip::tcp::endpoint;

  /// Listens from here on. Beside `predecessor` (may be null), which goes on until it is destroyed, the two
  /// may overlap: one's 127.0.0.1:9478 with the other's 0.0.0.0:9478. Throws io::SystemError.
  MetricsListener(boost::asio::io_context& io, const Endpoint& local, MetricsPages pages,
                  MetricsListener* predecessor = nullptr, const HttpLimits& limits = {});
  /// Closes every connection. On the thread that runs `io`, or when none does.
  ~MetricsListener();
  MetricsListener(const MetricsListener&) = delete;
  MetricsListener& operator=(const MetricsListener&) = delete;

  /// Accepts clients again. For want of memory Asio gives up a connection before anybody is told, and with it
  /// the waiting for the next. Throws std::bad_alloc.
  void resume();

  /// Where it listens, with the port that was found when none was asked for.
  Endpoint local() const;

 private:
  class Listener;
  std::shared_ptr<Listener> listener_;
};

}  // namespace vxtap::service
