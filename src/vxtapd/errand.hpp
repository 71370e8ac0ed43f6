#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <stop_token>
#include <thread>

#include "control/json_rpc.hpp"

namespace vxtap::daemon {

/// What waits for the network, on a thread of its own: neither the control thread nor a worker waits with it.
/// One at a time. Control thread only, the work apart.
class Errand {
 public:
  /// Looks at the token from time to time, and gives up when a stop is requested. May throw control::Fault.
  using Work = std::function<control::json::value(const std::stop_token& stop)>;

  /// `context` is run by the control thread, and outlives the object.
  explicit Errand(boost::asio::io_context& context) : context_(context) {}
  /// Stops what is under way and waits for it.
  ~Errand();
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;

  /// A call that does the work. Throws Fault(kRefused) when another is under way.
  control::Later call(Work work);

 private:
  boost::asio::io_context& context_;
  std::jthread thread_;
  bool busy_ = false;

  void start(Work work, control::Finish finish);
};

}  // namespace vxtap::daemon
