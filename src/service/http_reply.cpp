#include "service/http_reply.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/span_body.hpp>
#include <exception>
#include <utility>

namespace vxtap::service {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view kTextFormat = "text/plain; version=0.0.4; charset=utf-8";

/// Without the query, which no page has a use for, and of RFC 9112's absolute form the path alone.
std::string_view path_of(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (target.starts_with(kScheme)) {
    const auto slash = target.find('/', kScheme.size());
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  return target.substr(0, target.find('?'));
}

HttpReply health(const std::vector<std::string>& complaints) {
  if (complaints.empty()) return {http::status::ok, "ok\n"};
  std::string lines;
  for (const auto& complaint : complaints) lines += complaint + '\n';
  return {http::status::service_unavailable, std::move(lines)};
}

HttpReply page(std::string_view path, const MetricsPages& pages) {
  if (path == "/metrics") return {http::status::ok, pages.metrics(), kTextFormat};
  if (path == "/healthz") return health(pages.complaints());
  return {http::status::not_found, "not found; this server has /metrics and /healthz\n"};
}

template <typename Body>
http::response<Body> head_of(const HttpReply& reply, const HttpRequest& request, bool keep_alive) {
  http::response<Body> response(reply.status, request.version());
  response.set(http::field::content_type, {reply.content_type.data(), reply.content_type.size()});
  if (reply.status == http::status::method_not_allowed) response.set(http::field::allow, "GET, HEAD");
  response.keep_alive(keep_alive);
  return response;
}

}  // namespace

HttpReply reply_to(const HttpRequest& request, const MetricsPages& pages) {
  if (request.version() >= 11 && request.count(http::field::host) != 1)  // RFC 9112 section 3.2
    return {http::status::bad_request, "bad request: one Host header is wanted\n"};
  if (request.method() != http::verb::get && request.method() != http::verb::head)
    return {http::status::method_not_allowed, "method not allowed; use GET or HEAD\n"};
  try {
    return page(path_of({request.target().data(), request.target().size()}), pages);
  } catch (const std::exception& error) {
    return {http::status::internal_server_error, std::string(error.what()) + '\n'};
  }
}

HttpReply refusal_of(const boost::system::error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return {http::status::request_header_fields_too_large, "the request's header is too large\n"};
  return {http::status::bad_request, "bad request: " + error.message() + '\n'};
}

http::message_generator to_message(const HttpReply& reply, const HttpRequest& request, bool keep_alive) {
  if (request.method() == http::verb::head) {
    auto response = head_of<http::empty_body>(reply, request, keep_alive);
    response.content_length(reply.body.size());
    return response;
  }
  auto response = head_of<http::span_body<const char>>(reply, request, keep_alive);
  const auto body = reply.body.view();
  response.body() = {body.data(), body.size()};
  response.prepare_payload();
  return response;
}

}  // namespace vxtap::service
