#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "config/config.hpp"
#include "service/metrics_listener.hpp"

namespace vxtap::daemon {

/// The metrics listener as a part of the configuration: a change is prepared beside what runs, and can then
/// no longer fail. Control thread only.
class MetricsService {
 public:
  struct Next {
    config::Metrics config;
    std::unique_ptr<service::MetricsListener> listener;  ///< null: none is wanted, or the present one stays
  };

  MetricsService(boost::asio::io_context& context, service::MetricsPages pages);

  /// Listens where `wanted` says, if that is not where it listens already. Throws io::SystemError.
  Next prepare(const config::Metrics& wanted);
  void commit(Next next);
  /// As of service::MetricsListener.
  void resume() {
    if (listener_ != nullptr) listener_->resume();
  }

 private:
  boost::asio::io_context& context_;
  const service::MetricsPages pages_;
  config::Metrics config_;
  std::unique_ptr<service::MetricsListener> listener_;  // null: config_ wants none
};

}  // namespace vxtap::daemon
