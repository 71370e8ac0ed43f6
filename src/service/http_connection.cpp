#include "service/http_connection.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

namespace vxtap::service {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;

/// Answers up to this size find room always: all connections' together are nothing.
constexpr std::size_t kSmall = 4096;

/// Of the protocol, not of the transport, nor an orderly end.
bool is_malformed(const ErrorCode& error) {
  static const auto& category = ErrorCode(http::error::bad_method).category();
  return error.category() == category && error != http::error::end_of_stream;
}

}  // namespace

HttpConnection::HttpConnection(Socket socket, std::shared_ptr<HttpPool> pool)
    : stream_(std::move(socket)),
      pool_(std::move(pool)),
      inbox_(2 * std::size_t{pool_->limits.header_bytes}) {}  // a request, and some of what follows it

void HttpConnection::start() {
  pool_->open.insert(shared_from_this());
  read();
}

void HttpConnection::close() {
  const auto self = shared_from_this();  // the pool may hold the last reference
  pool_->open.erase(self);
  pool_->pending_bytes -= std::exchange(outbox_bytes_, 0);
  stream_.close();
}

/// Not by whether the socket is open: the stream closes that by itself when a time is over.
bool HttpConnection::left() {
  return !pool_->open.contains(shared_from_this());
}

void HttpConnection::read() {
  idle_since_ = std::chrono::steady_clock::now();
  parser_.emplace();
  parser_->header_limit(pool_->limits.header_bytes);
  parser_->body_limit(boost::none);  // no body is ever read
  stream_.expires_after(pool_->limits.request_time);
  http::async_read_header(
      stream_, inbox_, *parser_,
      [self = shared_from_this()](const ErrorCode& error, std::size_t) { self->on_request(error); });
}

void HttpConnection::on_request(const ErrorCode& error) {
  if (left()) return;
  if (is_malformed(error)) return answer(refusal_of(error), false);
  if (error) return close();
  // Where a body ends is not looked for: with one the connection ends.
  answer(reply_to(parser_->get(), pool_->pages), parser_->is_done() && parser_->keep_alive());
}

void HttpConnection::answer(HttpReply reply, bool keep_alive) {
  auto& pending = pool_->pending_bytes;
  const auto size = reply.body.size();
  if (size > kSmall && pending != 0 && pending + size > pool_->limits.pending_bytes)
    reply = {http::status::service_unavailable, "too many answers wait for slow readers; try again\n"};
  outbox_bytes_ = std::max<std::size_t>(reply.body.size(), 1);
  pending += outbox_bytes_;
  reset_on_close(true);
  stream_.expires_after(pool_->limits.response_time);
  beast::async_write(
      stream_, to_message(reply, parser_->get(), keep_alive),
      [self = shared_from_this(), body = reply.body, keep_alive](const ErrorCode& error, std::size_t) {
        if (self->left()) return;
        if (error) return self->close();
        self->pool_->pending_bytes -= std::exchange(self->outbox_bytes_, 0);
        self->reset_on_close(false);
        if (keep_alive) return self->read();
        self->finish();
      });
}

/// Without it the kernel would keep what a client does not read for minutes.
void HttpConnection::reset_on_close(bool on) {
  ErrorCode ignored;
  stream_.socket().set_option(Socket::linger(on, 0), ignored);
}

/// A socket closed over unread bytes is reset, and the client loses the answer it has not read yet.
void HttpConnection::finish() {
  idle_since_ = std::chrono::steady_clock::now();
  ErrorCode ignored;
  stream_.socket().shutdown(Socket::shutdown_send, ignored);
  stream_.expires_after(pool_->limits.linger_time);
  discard();
}

void HttpConnection::discard() {
  stream_.async_read_some(boost::asio::buffer(discarded_),
                          [self = shared_from_this()](const ErrorCode& error, std::size_t) {
                            if (self->left()) return;
                            if (error) return self->close();
                            self->discard();
                          });
}

}  // namespace vxtap::service
