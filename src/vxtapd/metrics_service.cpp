#include "vxtapd/metrics_service.hpp"

#include <utility>

namespace vxtap::daemon {
namespace {

/// A scope that names no interface of this host is left out, and then the system refuses the address.
service::MetricsListener::Endpoint endpoint_of(const config::Listen& listen) {
  const auto scope = listen.scope.empty() ? "" : "%" + listen.scope;
  return {boost::asio::ip::make_address(listen.address.to_string() + scope), listen.port};
}

}  // namespace

MetricsService::MetricsService(boost::asio::io_context& context, service::MetricsPages pages)
    : context_(context), pages_(std::move(pages)) {}

MetricsService::Next MetricsService::prepare(const config::Metrics& wanted) {
  if (wanted == config_ || !wanted.listen) return {wanted, nullptr};
  return {wanted, std::make_unique<service::MetricsListener>(context_, endpoint_of(*wanted.listen), pages_,
                                                             listener_.get())};
}

void MetricsService::commit(Next next) {
  if (next.config == config_) return;
  config_ = std::move(next.config);
  listener_ = std::move(next.listener);
}

}  // namespace vxtap::daemon
