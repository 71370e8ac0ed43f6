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

/// How often a stream is asked for bytes when it had none.
constexpr std::chrono::milliseconds kStreamPause{20};
constexpr std::size_t kStreamBytes = 256 << 10;

}  // namespace

Connection::Connection(Socket socket, std::shared_ptr<ConnectionPool> pool)
    : socket_(std::move(socket)), pool_(std::move(pool)), deadline_(socket_.get_executor()) {}

void Connection::start() {
  pool_->open.insert(shared_from_this());
  read_line();
}

void Connection::close() {
  const auto self = shared_from_this();  // the pool may hold the last reference
  const bool left = pool_->open.erase(self) != 0;
  pool_->pending_bytes -= outbox_.size() + backlog_.size();
  outbox_.clear();
  backlog_.clear();
  stream_.reset();
  deadline_.cancel();
  ErrorCode ignored;
  socket_.close(ignored);
  if (left && topics_.any()) tell_of_subscription();
}

void Connection::tell_of_subscription() {
  if (pool_->subscription_changed) pool_->subscription_changed();
}

void Connection::go_on() {
  if (stream_ != nullptr) return send_bytes();
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
  const auto line = inbox_.substr(0, length - 1);
  inbox_.erase(0, length);
  busy_ = true;
  arm(pool_->limits.call_time);
  answer(
      line, [this](std::string_view method, const json::object& params) { return dispatch(method, params); },
      [self = shared_from_this()](Answer text) {
        if (self->socket_.is_open()) self->answer_with(std::move(text));
      });
}

void Connection::answer_with(Answer text) {
  busy_ = false;
  const auto& limits = pool_->limits;
  if (text && pool_->pending_bytes + text->size() > limits.pending_bytes) {
    topics_.reset();
    stream_.reset();
    text = fault_answer({FaultCode::kBusy, "an answer of " + std::to_string(text->size()) +
                                               " bytes finds no room while others wait for slow readers; ask "
                                               "for less (one VNI), or try again"});
  }
  if (streams()) watch_for_leave();
  if (topics_.any()) tell_of_subscription();
  if (!text) return go_on();
  send(*std::move(text), false);
}

Result Connection::dispatch(std::string_view method, const json::object& params) {
  if (method == "subscribe") return subscribe(params);
  if (method == "capture") return capture(params);
  return pool_->dispatch(method, params);
}

json::value Connection::capture(const json::object& params) {
  stream_ = pool_->open_stream(params);
  return json::object{{"format", "pcapng"}};
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
  if (stream_ != nullptr) watch_for_end();
}

/// A stream's reader finishes sending when it has seen enough.
void Connection::watch_for_end() {
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const ErrorCode& error) {
    if (error || !self->socket_.is_open() || self->stream_ == nullptr) return;
    char first = 0;
    ErrorCode end;
    self->socket_.receive(boost::asio::buffer(&first, 1), Socket::message_peek, end);
    if (end == boost::asio::error::eof) self->stream_->finish();
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

void Connection::send_bytes() {
  auto bytes = stream_->take(kStreamBytes);
  if (!bytes.empty()) return send(std::move(bytes), false);
  if (stream_->ended()) return close();
  deadline_.expires_after(kStreamPause);
  deadline_.async_wait([weak = weak_from_this()](const ErrorCode& error) {
    const auto self = weak.lock();
    if (!error && self && self->stream_ != nullptr) self->send_bytes();
  });
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
