#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/message_generator.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "service/shared_text.hpp"

namespace vxtap::service {

/// What the listener's pages hold. Called at each request for one, on the thread that runs the listener.
struct MetricsPages {
  std::function<SharedText()> metrics;                   ///< /metrics, in Prometheus' text format 0.0.4
  std::function<std::vector<std::string>()> complaints;  ///< /healthz: what is amiss; empty when all is well
};

/// An answer, whatever it is sent behind.
struct HttpReply {
  boost::beast::http::status status = boost::beast::http::status::ok;
  SharedText body = "";
  std::string_view content_type = "text/plain; charset=utf-8";
};

using HttpRequest = boost::beast::http::request<boost::beast::http::empty_body>;

/// Answers GET and HEAD for a page, and everything else with a status and a line that say why not. What a
/// page throws becomes a 500.
HttpReply reply_to(const HttpRequest& request, const MetricsPages& pages);

/// What is wrong with a request that could not be read.
HttpReply refusal_of(const boost::system::error_code& error);

/// As it goes over the wire: to a HEAD without its body, with the length that the body has. Refers to the
/// body, which somebody must hold until all is written.
boost::beast::http::message_generator to_message(const HttpReply& reply, const HttpRequest& request,
                                                 bool keep_alive);

}  // namespace vxtap::service
