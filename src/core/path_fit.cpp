#include "vxtap/path_fit.hpp"

#include "vxtap/vxlan_header.hpp"

namespace vxtap {
namespace {

/// Outer IP, UDP and VXLAN.
std::uint32_t overhead(const Segment& segment) noexcept {
  return static_cast<std::uint32_t>((segment.local.is_v4() ? kEncapOverheadV4 : kEncapOverheadV6) -
                                    kEthernetHeaderSize);
}

}  // namespace

std::uint32_t outer_size(const TapVerdict& verdict, const Frame& frame) noexcept {
  const bool superframe = frame.offload.gso != FrameOffload::Gso::kNone;
  const std::size_t packet =
      superframe ? std::size_t{frame.offload.header_size} + frame.offload.segment_size : frame.bytes.size();
  return static_cast<std::uint32_t>(packet) + overhead(*verdict.segment);
}

bool fits_any_path(const TapVerdict& verdict, std::uint32_t outer_size) noexcept {
  return outer_size <= (verdict.segment->local.is_v4() ? kAnyPathMtuV4 : kAnyPathMtuV6);
}

PathFit path_fit(const TapVerdict& verdict, std::uint32_t outer_size, std::uint32_t path_mtu) noexcept {
  if (path_mtu == 0 || outer_size <= path_mtu) return PathFit::kFits;
  if (verdict.inner_dont_fragment || verdict.outer.dont_fragment) return PathFit::kTooBig;
  return PathFit::kFragments;
}

std::uint32_t inner_mtu(const TapVerdict& verdict, std::size_t ethernet_size,
                        std::uint32_t path_mtu) noexcept {
  const auto taken = overhead(*verdict.segment) + static_cast<std::uint32_t>(ethernet_size);
  return path_mtu > taken ? path_mtu - taken : 0;
}

}  // namespace vxtap
