#include "control/explain_command.hpp"

#include <string>
#include <utility>

#include "control/params.hpp"

namespace vxtap::control {
namespace {

// Who sends VXLAN chooses its source port by the inner flow: any will do.
constexpr std::uint16_t kSomePort = 49152;

std::vector<std::uint8_t> sized(std::vector<std::uint8_t> bytes, std::string_view name) {
  if (bytes.size() > kMostExplainedBytes)
    throw Fault(FaultCode::kInvalidParams, "invalid params: `" + std::string(name) + "` has " +
                                               std::to_string(bytes.size()) + " bytes; at most " +
                                               std::to_string(kMostExplainedBytes) + " fit a packet");
  return bytes;
}

ExplainRequest from_tap(const json::object& values) {
  const Params params(values, {"from", "vni", "frame"});
  return {.vni = required(params.vni(), "vni"),
          .from = std::nullopt,
          .bytes = sized(required(params.bytes("frame"), "frame"), "frame")};
}

ExplainRequest from_underlay(const json::object& values) {
  const Params params(values, {"from", "port", "to", "to_port", "tos", "vni", "datagram"});
  const auto to = params.address("to");
  return {
      .vni = params.vni(),
      .from = required(params.address("from"), "from"),
      .from_port = params.port().value_or(kSomePort),
      .to = to ? std::optional(Remote{*to, required(params.port("to_port", 0), "to_port")}) : std::nullopt,
      .tos = params.tos().value_or(0),
      .bytes = sized(required(params.bytes("datagram"), "datagram"), "datagram")};
}

}  // namespace

json::value explain(DaemonApi& daemon, const json::object& values) {
  const auto* from = values.if_contains("from");
  const bool tap = from != nullptr && *from == json::value("tap");
  return daemon.explain(tap ? from_tap(values) : from_underlay(values));
}

}  // namespace vxtap::control
