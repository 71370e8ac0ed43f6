#include "core/vlan_tag.hpp"

#include <cstring>

namespace vxtap {
namespace {

constexpr std::size_t kAddresses = 2 * sizeof(MacAddress::Octets);
constexpr std::uint16_t kVidMask = 0x0FFF;

}  // namespace

std::optional<VlanTag> VlanTag::parse(BytesView frame) noexcept {
  const auto type = load_be<std::uint16_t>(frame, kAddresses);
  if (type != static_cast<std::uint16_t>(EtherType::kVlan)) return std::nullopt;
  const auto control = load_be<std::uint16_t>(frame, kAddresses + 2);
  return VlanTag{static_cast<std::uint16_t>(control.value_or(0) & kVidMask)};
}

std::uint16_t effective_vid(BytesView frame) noexcept {
  for (std::size_t offset = kAddresses;; offset += kVlanTagSize) {
    const auto type = load_be<std::uint16_t>(frame, offset);
    const auto control = load_be<std::uint16_t>(frame, offset + 2);
    if (!type || !control || !is_vlan_tag(*type)) return 0;
    const auto vid = static_cast<std::uint16_t>(*control & kVidMask);
    if (vid != 0) return *type == static_cast<std::uint16_t>(EtherType::kVlan) ? vid : std::uint16_t{0};
  }
}

Frame untagged(const Frame& frame) noexcept {
  Frame out = frame;
  std::memmove(frame.bytes.data() + kVlanTagSize, frame.bytes.data(), kAddresses);
  out.bytes = frame.bytes.subspan(kVlanTagSize);
  if (out.offload.needs_checksum)
    out.offload.checksum_start = static_cast<std::uint16_t>(out.offload.checksum_start - kVlanTagSize);
  if (out.offload.gso != FrameOffload::Gso::kNone)
    out.offload.header_size = static_cast<std::uint16_t>(out.offload.header_size - kVlanTagSize);
  return out;
}

MutableBytes tagged(MutableBytes frame, std::uint16_t vid) noexcept {
  const MutableBytes out(frame.data() - kVlanTagSize, frame.size() + kVlanTagSize);
  std::memmove(out.data(), frame.data(), kAddresses);
  store_be(out, kAddresses, static_cast<std::uint16_t>(EtherType::kVlan));
  store_be(out, kAddresses + 2, vid);
  return out;
}

}  // namespace vxtap
