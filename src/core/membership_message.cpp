#include "core/membership_message.hpp"

#include <algorithm>
#include <array>

#include "core/inner_ip.hpp"

namespace vxtap {
namespace {

template <std::size_t kSize>
std::array<std::uint8_t, kSize> copy(BytesView bytes) noexcept {
  std::array<std::uint8_t, kSize> copied{};
  std::ranges::copy(bytes.first(kSize), copied.begin());
  return copied;
}

}  // namespace

bool is_membership_message(BytesView frame, const EthernetHeader& ethernet) noexcept {
  const auto ip = InnerIp::parse(ethernet, frame);
  if (!ip) return false;
  if (ip->protocol == kProtocolPim) return true;
  if (!ip->v6) return ip->protocol == kProtocolIgmp;
  const auto type = load_be<std::uint8_t>(frame, ip->l4_offset);
  if (ip->protocol != kProtocolIcmpv6 || !type) return false;
  switch (static_cast<MldType>(*type)) {
    case MldType::kQuery:
    case MldType::kReport:
    case MldType::kDone:
    case MldType::kReport2:
      return true;
  }
  return false;
}

std::optional<VtepAddress> load_address(BytesView bytes, std::size_t offset, bool v6) noexcept {
  const std::size_t size = v6 ? 16 : 4;
  if (offset > bytes.size() || bytes.size() - offset < size) return std::nullopt;
  const BytesView octets = bytes.subspan(offset, size);
  return v6 ? VtepAddress::from_v6(copy<16>(octets)) : VtepAddress::from_v4(copy<4>(octets));
}

}  // namespace vxtap
