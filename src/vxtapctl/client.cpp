#include "ctl/client.hpp"

#include "ctl/channel.hpp"
#include "ctl/exchange.hpp"
#include "ctl/stop_signals.hpp"

namespace vxtap::ctl {
namespace {

json::value ask(Channel& channel, const Daemon& daemon, std::string_view method, const json::object& params) {
  channel.send(request_line(method, params));
  return result_in(daemon, channel.receive_line());
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
  while (const auto line = channel.follow_line(stop.descriptor()))
    if (!on_event(event_in(daemon, *line))) return;
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
