#include "dataplane/readiness.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

namespace vxtap::dataplane {

struct Readiness::State {
  boost::asio::posix::stream_descriptor descriptor;
  Handler handler;
  bool armed = false;
  bool stopped = false;
};

Readiness::Readiness(boost::asio::io_context& context, int fd, Handler handler)
    : state_(std::make_shared<State>(
          State{boost::asio::posix::stream_descriptor(context, fd), std::move(handler)})) {}

Readiness::~Readiness() {
  state_->stopped = true;
  state_->descriptor.release();  // cancels the wait; the descriptor stays with its owner
}

void Readiness::arm() {
  if (state_->armed) return;
  state_->descriptor.async_wait(boost::asio::posix::descriptor_base::wait_read,
                                [state = state_](const boost::system::error_code& error) {
                                  state->armed = false;
                                  if (!error && !state->stopped) state->handler();
                                });
  state_->armed = true;
}

}  // namespace vxtap::dataplane
