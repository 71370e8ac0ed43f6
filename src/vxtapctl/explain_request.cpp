#include "ctl/explain_request.hpp"

#include <algorithm>
#include <cctype>

#include "control/explain_command.hpp"
#include "control/hex.hpp"
#include "core/vlan_tag.hpp"
#include "inspect/build_frame.hpp"
#include "inspect/capture_file.hpp"
#include "inspect/words.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::ctl {
namespace {

using inspect::Bytes;

constexpr std::size_t kMostBytes = control::kMostExplainedBytes;
/// Digits with blanks, colons and 0x between them.
constexpr std::size_t kMostText = 8 * kMostBytes;

[[noreturn]] void throw_too_many(std::string_view option) {
  throw WrongUsage(inspect::join({"explain: ", option, ": more than ", std::to_string(kMostBytes),
                                  " bytes, and no packet carries more"}));
}

/// Up to where it is too much.
std::string read_text(std::string_view option, std::istream& input) {
  std::string text;
  std::size_t digits = 0;
  for (char c = 0; input.get(c);) {
    text += c;
    if (std::isxdigit(static_cast<unsigned char>(c)) != 0) ++digits;
    if (c == 'x' && digits != 0) --digits;  // of 0x
    if (digits > 2 * kMostBytes || text.size() > kMostText) throw_too_many(option);
  }
  return text;
}

Bytes sized(Bytes bytes, std::string_view option) {
  if (bytes.size() > kMostBytes) throw_too_many(option);
  return bytes;
}

Bytes bytes_of(const std::string& given, std::string_view option, std::istream& input) {
  auto bytes = control::from_hex(given == "-" ? read_text(option, input) : given);
  if (!bytes)
    throw WrongUsage(inspect::join({"explain: ", option, ": not bytes in hexadecimal, two digits each"}));
  return sized(*std::move(bytes), option);
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

Bytes written_frame(const ExplainOptions& options, std::istream& input) {
  auto frame = bytes_of(*options.frame, "--frame", input);
  if (frame.empty()) throw WrongUsage("explain: --frame: no bytes");
  return frame;
}

/// Of a frame that is given none.
std::optional<std::uint16_t> assumed_vlan(Vni vni, const ExplainSources& sources, ExplainRequest& request) {
  const auto tag = sources.tag_of(vni);
  if (!tag) return std::nullopt;
  request.notes.push_back(inspect::join({"assumed 802.1Q tag ", std::to_string(tag->vid),
                                         ", as frames of this segment on ", tag->tap, " carry"}));
  return tag->vid;
}

Bytes tap_frame(const ExplainOptions& options, const ExplainSources& sources, ExplainRequest& request) {
  if (options.frame) return written_frame(options, sources.input);
  if (options.capture)
    return sized(frame_of(inspect::read_packet(*options.capture, options.packet)), "--pcap");
  if (options.vlan || options.untagged) return built(options, written_vlan(options));
  const auto vlan = assumed_vlan(*options.vni, sources, request);
  if (vlan) request.notes.back() += "; --vlan gives another, --untagged none";
  return built(options, vlan);
}

inspect::CapturedDatagram captured(const ExplainOptions& options) {
  const auto packet = inspect::read_packet(*options.capture, options.packet);
  try {
    return datagram_of(packet);
  } catch (const inspect::BadCapture& error) {
    if (options.from || !is_frame(packet)) throw;
    throw inspect::BadCapture(std::string(error.what()) +
                              "; a frame that a TAP handed over is asked for with --from tap --vni N");
  }
}

inspect::CapturedDatagram datagram(const ExplainOptions& options, const ExplainSources& sources) {
  if (options.capture) return captured(options);
  inspect::CapturedDatagram out;
  out.payload = options.datagram
                    ? bytes_of(*options.datagram, "--datagram", sources.input)
                    : inspect::build_datagram(*options.vni, built(options, written_vlan(options)));
  return out;
}

ExplainRequest request(const ExplainOptions& options, const ExplainSources& sources) {
  ExplainRequest request;
  auto& params = request.params;
  if (options.vni) params["vni"] = options.vni->value();
  if (options.from_tap()) {
    params["from"] = "tap";
    params["frame"] = control::to_hex(tap_frame(options, sources, request));
    return request;
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
  if (options.capture) {
    params["to"] = sent.destination.address.to_string();
    params["to_port"] = sent.destination.port;
  }
  params["tos"] = sent.tos;
  params["datagram"] = control::to_hex(sized(std::move(sent.payload), "--pcap"));
  return request;
}

}  // namespace

ExplainRequest explain_request(const ExplainOptions& options, const ExplainSources& sources) {
  try {
    return request(options, sources);
  } catch (const std::invalid_argument& error) {  // of what is to be built
    throw WrongUsage(std::string("explain: ") + error.what());
  } catch (const inspect::BadCapture& error) {
    throw WrongUsage(std::string("explain: ") + error.what());
  }
}

std::optional<ExplainRequest> explain_sent(const ExplainRequest& received, const ExplainSources& sources) {
  auto frame = control::from_hex(std::string_view(received.params.at("datagram").as_string())).value();
  const auto header = VxlanHeader::parse(frame);
  if (!header || !header->has_vni() || frame.size() < kVxlanHeaderSize + kEthernetHeaderSize)
    return std::nullopt;
  const Vni vni = header->vni();
  const std::string from(received.params.at("from").as_string());
  ExplainRequest sent{{{"vni", vni.value()}, {"from", "tap"}}, {}};
  constexpr std::string_view kWhy =
      ": it was sent here, and what follows is of the frame in it, as the TAP handed it over; --from ";
  sent.notes.push_back(
      inspect::join({"the datagram's source is this VTEP, ", from, kWhy, from, " asks for it as received"}));
  // The header's room becomes the tag's.
  static_assert(kVxlanHeaderSize >= kVlanTagSize);
  MutableBytes inner = MutableBytes(frame).subspan(kVxlanHeaderSize);
  if (const auto vlan = assumed_vlan(vni, sources, sent)) inner = tagged(inner, *vlan);
  sent.params["frame"] = control::to_hex(inner);
  return sent;
}

}  // namespace vxtap::ctl
