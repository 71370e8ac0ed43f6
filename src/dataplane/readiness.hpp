#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

namespace vxtap::dataplane {

/// Calls back whenever a descriptor is readable, on the thread that runs the io_context. Create, use and
/// destroy on that thread or while it does not run.
class Readiness {
 public:
  /// Drains some of what is there; false stops the watching for good.
  using Drain = std::function<bool()>;

  /// `fd` is borrowed and must outlive the object.
  Readiness(boost::asio::io_context& context, int fd, Drain drain);
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;

  static void wait(const std::shared_ptr<State>& state);
};

}  // namespace vxtap::dataplane
