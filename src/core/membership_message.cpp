#include "core/membership_message.hpp"

#include "core/inner_ip.hpp"

namespace vxtap {

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

}  // namespace vxtap
