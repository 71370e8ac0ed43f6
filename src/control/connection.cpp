#include "control/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "control/params.hpp"

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
  pool_->pending_bytes -= outbox_.size() + backlog_.size();
  outbox_.clear();
  backlog_.clear();
  deadline_.cancel();
  ErrorCode ignored;
  socket_.close(ignored);
}

void Connection::go_on() {
  if (topics_.any()) return send_events();
  read_line();
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
  auto text = answer(
      std::string_view(inbox_).substr(0, length - 1),
      [this](std::string_view method, const json::object& params) { return dispatch(method, params); });
  inbox_.erase(0, length);
  const auto& limits = pool_->limits;
  if (text && pool_->pending_bytes + text->size() > limits.pending_bytes) {
    topics_.reset();
    text = fault_answer({FaultCode::kBusy, "an answer of " + std::to_string(text->size()) +
                                               " bytes finds no room while others wait for slow readers; ask "
                                               "for less (one VNI), or try again"});
  }
  if (topics_.any()) watch_for_leave();
  if (!text) return go_on();
  send(*std::move(text), false);
}

json::value Connection::dispatch(std::string_view method, const json::object& params) {
  return method == "subscribe" ? subscribe(params) : pool_->dispatch(method, params);
}

json::value Connection::subscribe(const json::object& params) {
  topics_ = Params(params, {"topics"}).topics();
  json::array words;
  for (std::size_t i = 0; i < topics_.size(); ++i)
    if (topics_.test(i)) words.emplace_back(to_json(word(static_cast<EventTopic>(i))));
  return json::object{{"topics", std::move(words)}};
}

/// Nothing is read any more that would show it. A client that only finished sending stays.
void Connection::watch_for_leave() {
  socket_.async_wait(Socket::wait_error, [self = shared_from_this()](const ErrorCode&) {
    if (self->socket_.is_open()) self->close();
  });
}

void Connection::publish(const std::string& line) {
  const auto& limits = pool_->limits;
  // Behind a gap everything is lost until the gap has been told: events stay in order.
  if (lost_ != 0 || backlog_.size() + line.size() > limits.event_bytes ||
      pool_->pending_bytes + line.size() > limits.pending_bytes) {
    ++lost_;
  } else {
    backlog_ += line;
    pool_->pending_bytes += line.size();
  }
  if (idle()) send_events();
}

void Connection::send_events() {
  if (backlog_.empty() && lost_ == 0) {
    deadline_.expires_at(std::chrono::steady_clock::time_point::max());  // events may be as rare as they like
    return;
  }
  pool_->pending_bytes -= backlog_.size();
  auto text = std::exchange(backlog_, {});
  if (lost_ != 0) text += to_text(lost_event(std::exchange(lost_, 0))) + '\n';
  send(std::move(text), false);
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
                             self->go_on();
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
