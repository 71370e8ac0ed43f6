#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "service/shared_text.hpp"

namespace vxtap::service {

/// A page that may be asked for more often than there is time to write it. What took 10 ms of the processor
/// or more is shown again for ten times as long, so that pages leave the thread nine tenths of its time
/// whoever asks how often; what took less is written for each request. The thread of `executor` only.
class CostlyPage {
 public:
  CostlyPage(const boost::asio::any_io_executor& executor, std::function<SharedText()> write);

  /// Throws what `write` throws.
  SharedText text();

 private:
  using Kept = std::optional<SharedText>;

  void keep(const SharedText& text, std::chrono::nanoseconds time);

  std::function<SharedText()> write_;
  std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
  boost::asio::steady_timer end_;  // of the time that kept_ is shown
};

}  // namespace vxtap::service
