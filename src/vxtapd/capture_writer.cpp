#include "vxtapd/capture_writer.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <utility>

#include "control/version.hpp"
#include "inspect/outer_headers.hpp"
#include "inspect/packets_of_frame.hpp"
#include "vxtap/vxlan_header.hpp"
#include "vxtapd/capture_comment.hpp"

namespace vxtap::daemon {
namespace {

namespace pcapng = inspect::pcapng;

/// Longer than this no packet can say that it is.
constexpr std::size_t kMostPacket = 65535;
// What the sockets fill in where OuterHeader says 0 (io/udp_socket.cpp). A received packet's TTL is not
// known.
constexpr std::uint8_t kUnicastTtl = 64, kGroupTtl = 1;

pcapng::Direction direction_of(const Sighting& sighting) {
  const bool from_host = std::holds_alternative<SightFromTap>(sighting.what) ||
                         std::holds_alternative<SightToUnderlay>(sighting.what);
  return from_host ? pcapng::Direction::kOutbound : pcapng::Direction::kInbound;
}

std::uint8_t ttl_of(const SightToUnderlay& sight) {
  if (sight.outer.ttl != 0) return sight.outer.ttl;
  return sight.remote.address.is_multicast() ? kGroupTtl : kUnicastTtl;
}

}  // namespace

CaptureWriter::CaptureWriter(const Wanted& wanted, const inspect::FrameFilter& filter)
    : wanted_(wanted), filter_(filter) {}

void CaptureWriter::begin(std::string& out) const {
  utsname system{};
  ::uname(&system);
  const std::string name = std::string(system.sysname) + " " + system.release;
  const std::string application = "vxtapd " + std::string(control::version());
  pcapng::put_section(out, {system.machine, name, application});
}

void CaptureWriter::set_scene(CaptureScene scene, std::string& out) {
  scene_ = std::move(scene);
  for (const auto& [place, what] : scene_.interfaces) {
    const auto known = numbers_.find(place);
    if (known != numbers_.end() && interfaces_[known->second].what == what) continue;
    numbers_[place] = static_cast<std::uint32_t>(interfaces_.size());
    interfaces_.push_back({.what = what, .start = wall_clock()});
    const auto link = place.tap ? pcapng::LinkType::kEthernet : pcapng::LinkType::kRaw;
    pcapng::put_interface(out, {link, what.name, what.description});
  }
}

void CaptureWriter::write(const CaptureRing::Entry& entry, std::string& out) {
  const Sighting& sighting = entry.sighting;
  const auto number = numbers_.find(sighting.place);
  if (number == numbers_.end()) return;  // it came and went between two looks
  last_ = number->second;
  interfaces_[last_].lost += sighting.lost_before;
  const std::string comment = capture_comment(sighting, entry.segment, tap_name(sighting));
  Context context{.packet = {.interface = last_,
                             .time = sighting.time,
                             .pieces = {},
                             .direction = direction_of(sighting),
                             .lost_before = sighting.lost_before,
                             .comment = comment},
                  .trunk_tagged = sighting.trunk_tagged,
                  .cut = sighting.packets > 1,
                  .out = &out};
  if (const auto* from_tap = std::get_if<SightFromTap>(&sighting.what))
    write_frame(context, entry.bytes, from_tap->offload);
  else if (const auto* to_tap = std::get_if<SightToTap>(&sighting.what))
    write_frame(context, entry.bytes, to_tap->offload);
  else if (std::holds_alternative<SightToUnderlay>(sighting.what))
    write_sent(context, sighting, entry.bytes);
  else
    write_received(context, sighting, entry.bytes);
}

void CaptureWriter::end(std::uint64_t lost, std::string& out) {
  if (last_ < interfaces_.size()) interfaces_[last_].lost += lost;
  for (std::uint32_t i = 0; i < interfaces_.size(); ++i) {
    const Interface& one = interfaces_[i];
    pcapng::put_statistics(out, {i, one.start, wall_clock(), one.written + one.lost, one.lost});
  }
}

/// Of the TAP that a comment speaks of.
std::string_view CaptureWriter::tap_name(const Sighting& sighting) const {
  CapturePlace place = sighting.place;
  if (const auto* received = std::get_if<SightFromUnderlay>(&sighting.what)) place = {true, received->tap};
  const auto found = scene_.tap_names.find(place.id);
  return place.tap && found != scene_.tap_names.end() ? std::string_view(found->second) : "the TAP";
}

const io::SenderPool* CaptureWriter::pool(EndpointId endpoint, const OuterHeader& outer) const {
  const auto found = scene_.endpoints.find(endpoint);
  if (found == scene_.endpoints.end() || found->second.senders == nullptr ||
      outer.send_profile >= found->second.senders->size())
    return nullptr;
  return (*found->second.senders)[outer.send_profile].get();
}

void CaptureWriter::write_frame(Context& context, MutableBytes bytes, const FrameOffload& offload) {
  if (wanted_.superframes && bytes.size() <= kMostPacket) {
    const BytesView whole = bytes;
    put(context, {&whole, 1});
    return;
  }
  inspect::packets_of_frame({bytes, offload}, [&](std::span<const BytesView> pieces) {
    if (passes(context, pieces, 0)) put(context, pieces);
  });
}

void CaptureWriter::write_sent(Context& context, const Sighting& sighting, BytesView train) {
  const auto& sight = std::get<SightToUnderlay>(sighting.what);
  const io::SenderPool* const way = pool(sighting.place.id, sight.outer);
  inspect::OuterFields fields{.source = {sight.local, scene_.port(sighting.place.id)},
                              .destination = sight.remote,
                              .tos = sight.outer.tos,
                              .ttl = ttl_of(sight),
                              .dont_fragment = sight.outer.dont_fragment};
  if (way != nullptr) {
    if (const auto port = way->source_port(sight.outer.flow_hash); port != 0) fields.source.port = port;
    fields.flow_label = way->profile().flow_label.value_or(0);
    fields.checksum = way->profile().checksum;
  }
  const std::size_t headers = inspect::OuterHeaders::size(sight.local.is_v4());
  const bool whole = wanted_.superframes && headers + train.size() <= kMostPacket;
  const std::size_t step = whole ? train.size() : sight.datagram_size;
  for (std::size_t at = 0; at < train.size(); at += step) {
    const BytesView payload = train.subspan(at, std::min(step, train.size() - at));
    const inspect::OuterHeaders outer(fields, payload);
    const std::array<BytesView, 2> pieces{outer.bytes(), payload};
    if (whole || passes(context, pieces, headers + kVxlanHeaderSize)) put(context, pieces);
  }
}

/// The sockets do not tell TTL, DF and identification of what arrives, nor a group it was sent to.
void CaptureWriter::write_received(Context& context, const Sighting& sighting, BytesView payload) {
  const auto& sight = std::get<SightFromUnderlay>(sighting.what);
  const inspect::OuterHeaders outer({.source = sight.source,
                                     .destination = {sight.local, scene_.port(sighting.place.id)},
                                     .tos = sight.tos},
                                    payload);
  const std::array<BytesView, 2> pieces{outer.bytes(), payload};
  put(context, pieces);
}

/// The inner frame begins behind `headers` bytes.
bool CaptureWriter::passes(const Context& context, std::span<const BytesView> pieces,
                           std::size_t headers) const {
  if (!context.cut) return true;
  std::size_t size = 0;
  for (const BytesView piece : pieces) size += piece.size();
  return filter_.passes({.pieces = pieces,
                         .skip = headers,
                         .trunk_tagged = context.trunk_tagged,
                         .size = size - std::min(size, headers)});
}

void CaptureWriter::put(Context& context, std::span<const BytesView> pieces) {
  if (has_all()) return;
  context.packet.pieces = pieces;
  pcapng::put_packet(*context.out, context.packet);
  context.packet.lost_before = 0;
  ++written_;
  ++interfaces_[last_].written;
}

}  // namespace vxtap::daemon
