#include "vxtap/too_big.hpp"

#include "core/too_big_message.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap {
namespace {

/// Outer IP, UDP and VXLAN.
std::uint32_t overhead(const Segment& segment) noexcept {
  return (segment.local.is_v4() ? kEncapOverheadV4 : kEncapOverheadV6) - kEthernetHeaderSize;
}

}  // namespace

std::uint32_t outer_size(const TapVerdict& verdict, const Frame& frame) noexcept {
  const bool superframe = frame.offload.gso != FrameOffload::Gso::kNone;
  const std::size_t packet =
      superframe ? std::size_t{frame.offload.header_size} + frame.offload.segment_size : frame.bytes.size();
  return static_cast<std::uint32_t>(packet) + overhead(*verdict.segment);
}

PathFit path_fit(const TapVerdict& verdict, std::uint32_t outer_size, std::uint32_t path_mtu) noexcept {
  if (path_mtu == 0 || outer_size <= path_mtu) return PathFit::kFits;
  if (verdict.inner_dont_fragment || verdict.outer.dont_fragment) return PathFit::kTooBig;
  return PathFit::kFragments;
}

std::optional<std::size_t> write_too_big(const TapVerdict& verdict, BytesView frame, std::uint32_t path_mtu,
                                         MutableBytes out) noexcept {
  const auto ethernet = EthernetHeader::parse(frame);
  if (!ethernet || !verdict.inner_dont_fragment) return std::nullopt;
  const auto taken = overhead(*verdict.segment) + static_cast<std::uint32_t>(ethernet->size);
  if (path_mtu <= taken) return std::nullopt;
  return write_too_big_message(frame, *ethernet, path_mtu - taken, out);
}

}  // namespace vxtap
