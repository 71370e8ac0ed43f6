#include "ctl/client.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "ctl/channel.hpp"
#include "ctl/stop_signals.hpp"

namespace vxtap::ctl {
namespace {

constexpr int kRequestId = 1;  // there is one request on a connection

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

json::value ask(Channel& channel, const Daemon& daemon, std::string_view method, const json::object& params) {
  const json::object request{
      {"jsonrpc", "2.0"}, {"id", kRequestId}, {"method", control::to_json(method)}, {"params", params}};
  channel.send(control::to_text(request) + '\n');
  return understood(daemon, channel.receive_line(), result_of);
}

}  // namespace

json::value call(const Daemon& daemon, std::string_view method, const json::object& params) {
  Channel channel(daemon);
  return ask(channel, daemon, method, params);
}

void follow(const Daemon& daemon, const json::object& params,
            const std::function<bool(const json::value&)>& on_event) {
  Channel channel(daemon);
  ask(channel, daemon, "subscribe", params);
  const StopSignals stop;
  const auto parse = [](const std::string& line) { return json::parse(line); };
  while (const auto line = channel.follow_line(stop.descriptor()))
    if (!on_event(understood(daemon, *line, parse))) return;
}

void stream(const Daemon& daemon, std::string_view method, const json::object& params,
            const std::function<bool(std::string_view bytes, int stop)>& on_bytes) {
  Channel channel(daemon);
  ask(channel, daemon, method, params);
  const StopSignals stop;
  bool stopping = false;
  while (true) {
    const auto bytes =
        stopping ? std::optional(channel.last_bytes()) : channel.follow_bytes(stop.descriptor());
    if (!bytes) {
      channel.finish_sending();
      stopping = true;
    } else if (bytes->empty() || !on_bytes(*bytes, stop.descriptor())) {
      return;
    }
  }
}

}  // namespace vxtap::ctl
