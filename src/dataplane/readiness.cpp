#include "dataplane/readiness.hpp"

namespace vxtap::dataplane {

struct Readiness::State {
  boost::asio::posix::stream_descriptor descriptor;
  Drain drain;
  bool stopped = false;
};

Readiness::Readiness(boost::asio::io_context& context, int fd, Drain drain)
    : state_(std::make_shared<State>(
          State{boost::asio::posix::stream_descriptor(context, fd), std::move(drain)})) {
  wait(state_);
}

Readiness::~Readiness() {
  state_->stopped = true;
  state_->descriptor.release();  // cancels the wait; the descriptor stays with its owner
}

void Readiness::wait(const std::shared_ptr<State>& state) {
  // Waiting arms epoll anew each time, so what a bounded drain left behind is reported again.
  state->descriptor.async_wait(boost::asio::posix::descriptor_base::wait_read,
                               [state](const boost::system::error_code& error) {
                                 if (error || state->stopped || !state->drain() || state->stopped) return;
                                 wait(state);
                               });
}

}  // namespace vxtap::dataplane
