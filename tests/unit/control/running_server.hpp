#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <memory>
#include <thread>

#include "control/server.hpp"
#include "support/files.hpp"

namespace vxtap::test {

/// A control server on a thread of its own, as the daemon's control thread runs it.
class RunningServer {
 public:
  RunningServer(control::DaemonApi& daemon, const control::ServerOptions& options)
      : server_(std::make_unique<control::Server>(io_, daemon, options)), thread_([this] { io_.run(); }) {}
  ~RunningServer() {
    boost::asio::post(io_, [this] { server_.reset(); });
    work_.reset();
    thread_.join();  // comes back only if the server leaves nothing pending
  }
  /// From the control thread, which is waited for.
  void publish(control::EventTopic topic, const boost::json::object& event) {
    run([&] { return server_->publish(topic, event), true; });
  }
  bool has_subscriber(control::EventTopic topic) {
    return run([&] { return server_->has_subscriber(topic); });
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

 private:
  template <class Call>
  bool run(Call call) {
    std::packaged_task<bool()> task(call);
    boost::asio::post(io_, [&task] { task(); });
    return task.get_future().get();
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  std::unique_ptr<control::Server> server_;
  std::thread thread_;
};

}  // namespace vxtap::test
