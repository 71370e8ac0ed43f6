#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>

#include "service/http_limits.hpp"
#include "service/http_reply.hpp"

namespace vxtap::service {

class HttpConnection;

/// What the connections of one listener share. Its thread only.
struct HttpPool {
  MetricsPages pages;
  HttpLimits limits;
  std::size_t pending_bytes = 0;  ///< of answers not yet handed to the kernel
  std::set<std::shared_ptr<HttpConnection>> open;
};

/// One client. Reads a request, answers it, and only then looks for the next: whatever a client sends ahead,
/// it has one answer waiting at most, and other clients get their turn in between. The listener's thread
/// only.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  HttpConnection(Socket socket, std::shared_ptr<HttpPool> pool);

  /// Enters the pool and serves until the client leaves, a limit is reached or close().
  void start();
  /// Has no answer to be read, and since when.
  bool idle() const noexcept { return outbox_bytes_ == 0; }
  std::chrono::steady_clock::time_point idle_since() const noexcept { return idle_since_; }
  /// Leaves the pool. May be called more than once.
  void close();

 private:
  bool left();
  void read();
  void on_request(const boost::system::error_code& error);
  void answer(HttpReply reply, bool keep_alive);
  void reset_on_close(bool on);
  void finish();
  void discard();

  boost::beast::tcp_stream stream_;
  std::shared_ptr<HttpPool> pool_;
  boost::beast::flat_buffer inbox_;  // received, not yet answered
  std::optional<boost::beast::http::request_parser<boost::beast::http::empty_body>> parser_;
  std::size_t outbox_bytes_ = 0;  // of the answer being written
  std::chrono::steady_clock::time_point idle_since_;
  std::array<char, 4096> discarded_{};
};

}  // namespace vxtap::service
