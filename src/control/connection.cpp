#include "control/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <string_view>
#include <utility>

namespace vxtap::control {
namespace {

using ErrorCode = boost::system::error_code;

}  // namespace

Connection::Connection(Socket socket, std::shared_ptr<ConnectionPool> pool)
    : socket_(std::move(socket)), pool_(std::move(pool)), deadline_(socket_.get_executor()) {}

void Connection::start() {
  pool_->open.insert(shared_from_this());
  read_line();
}

void Connection::close() {
  const auto self = shared_from_this();  // the pool may hold the last reference
  pool_->open.erase(self);
  pool_->pending_bytes -= outbox_.size();
  outbox_.clear();
  deadline_.cancel();
  ErrorCode ignored;
  socket_.close(ignored);
}

void Connection::read_line() {
  arm(pool_->limits.idle_time);
  boost::asio::async_read_until(
      socket_, boost::asio::dynamic_buffer(inbox_, pool_->limits.line_bytes + 1), '\n',
      [self = shared_from_this()](const ErrorCode& error, std::size_t length) {
        if (!self->socket_.is_open()) return;
        if (!error) return self->on_line(length);
        if (error != boost::asio::error::not_found) return self->close();
        const auto limit = std::to_string(self->pool_->limits.line_bytes);
        const Fault fault(FaultCode::kInvalidRequest, "invalid request: longer than " + limit + " bytes");
        self->send(fault_answer(fault), true);
      });
}

void Connection::on_line(std::size_t length) {
  auto text = answer(std::string_view(inbox_).substr(0, length - 1), pool_->dispatch);
  inbox_.erase(0, length);
  const auto& limits = pool_->limits;
  if (text && pool_->pending_bytes + text->size() > limits.pending_bytes)
    text = fault_answer({FaultCode::kBusy, "an answer of " + std::to_string(text->size()) +
                                               " bytes finds no room while others wait for slow readers; ask "
                                               "for less (one VNI), or try again"});
  send(std::move(text).value_or(std::string()), false);
}

void Connection::send(std::string text, bool last) {
  arm(pool_->limits.answer_time);
  outbox_ = std::move(text);
  pool_->pending_bytes += outbox_.size();
  boost::asio::async_write(socket_, boost::asio::buffer(outbox_),
                           [self = shared_from_this(), last](const ErrorCode& error, std::size_t) {
                             if (!self->socket_.is_open()) return;
                             if (error || last) return self->close();
                             self->pool_->pending_bytes -= self->outbox_.size();
                             self->outbox_ = {};
                             self->read_line();
                           });
}

void Connection::arm(std::chrono::milliseconds time) {
  deadline_.expires_after(time);
  deadline_.async_wait([weak = weak_from_this()](const ErrorCode& error) {
    const auto self = weak.lock();
    // A wait that had fired already when the deadline was moved still comes through here.
    if (error || !self || self->deadline_.expiry() > boost::asio::steady_timer::clock_type::now()) return;
    self->close();
  });
}

}  // namespace vxtap::control
