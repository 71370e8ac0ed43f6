#pragma once

#include <netinet/in.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "service/metrics_listener.hpp"
#include "unit/control/raw_client.hpp"

namespace vxtap::test {

struct HttpAnswer {
  std::string status;  ///< "200 OK"; empty when the server closed instead
  std::map<std::string, std::string> headers;
  std::string body;
};

/// Reads what Beast wrote without Beast's help.
class HttpClient : public RawClient {
 public:
  explicit HttpClient(std::uint16_t port) : RawClient(AF_INET) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect(address);
  }

  /// The next answer; to a HEAD `with_body` is false.
  HttpAnswer answer(bool with_body = true) {
    HttpAnswer out;
    const auto first = without_return(line());
    out.status = first.substr(std::min(first.size(), std::string("HTTP/1.1 ").size()));
    for (auto header = without_return(line()); !header.empty(); header = without_return(line())) {
      const auto colon = header.find(": ");
      out.headers[header.substr(0, colon)] = header.substr(colon + 2);
    }
    if (with_body && out.headers.count("Content-Length") == 1)
      out.body = bytes(std::stoul(out.headers["Content-Length"]));
    return out;
  }

  HttpAnswer get(const std::string& target) {
    send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return answer();
  }

 private:
  static std::string without_return(std::string text) {
    if (!text.empty() && text.back() == '\r') text.pop_back();
    return text;
  }
};

/// A listener on a loopback port of the system's choice and a thread of its own, as the daemon's control
/// thread runs it.
class RunningListener {
 public:
  explicit RunningListener(service::MetricsPages pages, const service::HttpLimits& limits = {})
      : listener_(std::make_unique<service::MetricsListener>(
            io_, service::MetricsListener::Endpoint{boost::asio::ip::address_v4::loopback(), 0},
            std::move(pages), nullptr, limits)),
        port(listener_->local().port()),
        thread_([this] { io_.run(); }) {}
  ~RunningListener() {
    boost::asio::post(io_, [this] { listener_.reset(); });
    work_.reset();
    thread_.join();  // comes back only if the listener leaves nothing pending
  }
  RunningListener(const RunningListener&) = delete;
  RunningListener& operator=(const RunningListener&) = delete;

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  std::unique_ptr<service::MetricsListener> listener_;

 public:
  const std::uint16_t port;

 private:
  std::thread thread_;
};

inline service::MetricsPages plain_pages() {
  return {[] { return std::string("a_total 1\n"); }, [] { return std::vector<std::string>{}; }};
}

}  // namespace vxtap::test
