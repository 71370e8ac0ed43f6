#include "ctl/explain_request.hpp"

#include <iterator>

#include "control/hex.hpp"
#include "inspect/build_frame.hpp"
#include "inspect/capture_file.hpp"

namespace vxtap::ctl {
namespace {

using inspect::Bytes;

Bytes bytes_of(const std::string& given, std::string_view option, std::istream& input) {
  const std::string text = given == "-" ? std::string(std::istreambuf_iterator<char>(input), {}) : given;
  auto bytes = control::from_hex(text);
  if (!bytes)
    throw WrongUsage("explain: " + std::string(option) + ": not bytes in hexadecimal, two digits each");
  return *std::move(bytes);
}

Bytes built(const ExplainOptions& options, std::optional<std::uint16_t> vlan) {
  const auto ip = [](const std::optional<std::string>& text) {
    return text ? VtepAddress::parse(*text) : std::nullopt;
  };
  return inspect::build_frame({.source = *MacAddress::parse(*options.source),
                               .destination = *MacAddress::parse(*options.destination),
                               .vlan = vlan,
                               .size = options.size.value_or(inspect::kDefaultPayload),
                               .ip_source = ip(options.ip_source),
                               .ip_destination = ip(options.ip_destination)});
}

std::optional<std::uint16_t> written_vlan(const ExplainOptions& options) {
  return options.vlan ? std::optional(static_cast<std::uint16_t>(*options.vlan)) : std::nullopt;
}

Bytes tap_frame(const ExplainOptions& options, const ExplainSources& sources) {
  if (options.frame) return bytes_of(*options.frame, "--frame", sources.input);
  if (options.capture) return frame_of(inspect::read_packet(*options.capture, options.packet));
  const auto vlan = options.vlan ? written_vlan(options) : sources.vlan_of(*options.vni);
  return built(options, vlan);
}

inspect::CapturedDatagram datagram(const ExplainOptions& options, const ExplainSources& sources) {
  if (options.capture) return datagram_of(inspect::read_packet(*options.capture, options.packet));
  inspect::CapturedDatagram out;
  out.payload = options.datagram
                    ? bytes_of(*options.datagram, "--datagram", sources.input)
                    : inspect::build_datagram(*options.vni, built(options, written_vlan(options)));
  return out;
}

boost::json::object request(const ExplainOptions& options, const ExplainSources& sources) {
  boost::json::object params;
  if (options.vni) params["vni"] = options.vni->value();
  if (options.from_tap()) {
    params["from"] = "tap";
    params["frame"] = control::to_hex(tap_frame(options, sources));
    return params;
  }
  auto sent = datagram(options, sources);
  if (options.from) {
    const auto from = *parse_remote(*options.from);
    sent.source.address = from.address;
    if (from.port) sent.source.port = *from.port;
  }
  if (options.tos) sent.tos = static_cast<std::uint8_t>(*options.tos);
  params["from"] = sent.source.address.to_string();
  if (sent.source.port != 0) params["port"] = sent.source.port;
  params["tos"] = sent.tos;
  params["datagram"] = control::to_hex(sent.payload);
  return params;
}

}  // namespace

boost::json::object explain_request(const ExplainOptions& options, const ExplainSources& sources) {
  try {
    return request(options, sources);
  } catch (const std::invalid_argument& error) {  // of what is to be built
    throw WrongUsage(std::string("explain: ") + error.what());
  } catch (const inspect::BadCapture& error) {
    throw WrongUsage(std::string("explain: ") + error.what());
  }
}

}  // namespace vxtap::ctl
