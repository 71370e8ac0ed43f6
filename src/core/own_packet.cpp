#include "core/own_packet.hpp"

#include <algorithm>

#include "vxtap/vxlan_header.hpp"

namespace vxtap {
namespace {

constexpr std::size_t kUdpHeader = 8;
constexpr std::size_t kDestinationPort = 2;  // in the UDP header

bool sends_to_port(const Segment& segment, std::uint16_t port) noexcept {
  return segment.port == port ||
         std::ranges::any_of(segment.flood_list, [&](const Remote& remote) { return remote.port == port; });
}

bool is_to_own_remote(const TapVerdict& verdict, const InnerIp& ip, const VtepAddress& source,
                      BytesView frame) noexcept {
  if (source != verdict.segment->local) return false;
  const auto destination = load_address(frame, ip.address_offset() + ip.address_size(), ip.v6);
  return std::ranges::any_of(verdict.remotes(),
                             [&](const Remote& remote) { return remote.address == destination; });
}

}  // namespace

bool is_own_packet(const SegmentTable& segments, const TapVerdict& verdict, const InnerIp& ip,
                   BytesView frame) noexcept {
  if (ip.protocol != kProtocolUdp) return false;
  const auto source = load_address(frame, ip.address_offset(), ip.v6);
  if (!source || !segments.is_local(*source)) [[likely]]
    return false;
  if (ip.fragment) return is_to_own_remote(verdict, ip, *source, frame);
  const auto port = load_be<std::uint16_t>(frame, ip.l4_offset + kDestinationPort);
  if (!port || frame.size() - ip.l4_offset < kUdpHeader) return false;
  const auto header = VxlanHeader::parse(frame.subspan(ip.l4_offset + kUdpHeader));
  if (!header || !header->has_vni()) return false;
  return std::ranges::any_of(segments.locals(), [&](const auto& local) {
    if (local.second != *source) return false;
    const Segment* segment = segments.by_key({local.first, header->vni()});
    return segment != nullptr && sends_to_port(*segment, *port);
  });
}

}  // namespace vxtap
