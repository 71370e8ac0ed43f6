#pragma once

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <utility>

namespace vxtap::io {

/// Accepts clients for as long as its acceptor is open, also when descriptors or memory run out meanwhile.
/// Made as a shared_ptr, and kept alive by its own handlers, which may come after its owner is gone. One
/// thread.
template <class Protocol>
class AcceptLoop : public std::enable_shared_from_this<AcceptLoop<Protocol>> {
 public:
  using ErrorCode = boost::system::error_code;
  using Socket = typename Protocol::socket;

  virtual ~AcceptLoop() = default;
  AcceptLoop(const AcceptLoop&) = delete;
  AcceptLoop& operator=(const AcceptLoop&) = delete;

  typename Protocol::acceptor& acceptor() noexcept { return acceptor_; }

  /// Throws std::bad_alloc.
  void accept() {
    acceptor_.async_accept([self = this->shared_from_this()](const ErrorCode& error, Socket socket) {
      if (!self->acceptor_.is_open() || error == boost::asio::error::operation_aborted) return;
      if (error) return self->accept_later(error);
      self->accept();
      self->welcome(std::move(socket));
    });
  }

  /// For want of memory Asio gives up a connection before anybody is told, and with it the waiting for the
  /// next. Throws std::bad_alloc.
  void resume() {
    retry_.cancel();
    acceptor_.cancel();
    accept();
  }

  void stop_accepting() {
    ErrorCode ignored;
    acceptor_.close(ignored);
    retry_.cancel();
  }

 protected:
  explicit AcceptLoop(boost::asio::io_context& io) : acceptor_(io), retry_(io) {}

  /// A socket that is not kept is closed by its destructor.
  virtual void welcome(Socket socket) = 0;
  /// Closes a connection that nobody uses; false when there is none.
  virtual bool make_room() = 0;

 private:
  /// So that a process out of descriptors does not spin.
  static constexpr std::chrono::seconds kRetry{1};

  /// Out of descriptors, a silent client's serves the next one.
  void accept_later(const ErrorCode& reason) {
    if (reason == boost::asio::error::no_descriptors && make_room()) return accept();
    retry_.expires_after(kRetry);
    retry_.async_wait([self = this->shared_from_this()](const ErrorCode& error) {
      if (!error && self->acceptor_.is_open()) self->accept();
    });
  }

  typename Protocol::acceptor acceptor_;
  boost::asio::steady_timer retry_;
};

}  // namespace vxtap::io
