#include "ctl/exchange.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

namespace vxtap::ctl {
namespace {

constexpr int kRequestId = 1;  // one request at a time is under way on a connection

Refused refused(const json::value& error) {
  std::vector<std::string> messages;
  const auto& object = error.as_object();
  if (const auto* data = object.if_contains("data"))
    for (const auto& message : data->at("messages").as_array()) messages.emplace_back(message.as_string());
  if (messages.empty()) messages.emplace_back(object.at("message").as_string());
  return Refused(std::move(messages));
}

json::value result_of(const std::string& line) {
  auto answer = json::parse(line);
  auto& object = answer.as_object();
  if (const auto* error = object.if_contains("error")) throw refused(*error);
  if (object.at("id") != json::value(kRequestId)) throw std::invalid_argument("another request's answer");
  return std::move(object.at("result"));
}

/// What `read` makes of a line that came; what it throws is the other side's fault.
template <class Read>
json::value understood(const Daemon& daemon, const std::string& line, Read read) {
  try {
    return read(line);
  } catch (const Refused&) {
    throw;
  } catch (const std::exception& error) {
    throw Unreachable(daemon.socket + ": what answers there is not vxtapd (" + error.what() + ")");
  }
}

}  // namespace

std::string request_line(std::string_view method, const json::object& params) {
  const json::object request{
      {"jsonrpc", "2.0"}, {"id", kRequestId}, {"method", control::to_json(method)}, {"params", params}};
  return control::to_text(request) + '\n';
}

json::value result_in(const Daemon& daemon, const std::string& line) {
  return understood(daemon, line, result_of);
}

json::value event_in(const Daemon& daemon, const std::string& line) {
  return understood(daemon, line, [](const std::string& text) { return json::parse(text); });
}

}  // namespace vxtap::ctl
