#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

namespace vxtap::dataplane {

/// Calls back once when a descriptor is readable, each time it was armed. Create, use and destroy on the
/// thread that runs the io_context, or while none does.
class Readiness {
 public:
  using Handler = std::function<void()>;

  /// `fd` is borrowed and must outlive the object. Not armed yet.
  Readiness(boost::asio::io_context& context, int fd, Handler handler);
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  /// Nothing when it is armed already. What is readable at this moment counts: epoll is told anew each time.
  void arm();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace vxtap::dataplane
