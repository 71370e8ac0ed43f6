#include "core/flow_key.hpp"

#include "core/mix.hpp"

namespace vxtap {
namespace {

std::uint64_t mix_bytes(std::uint64_t seed, BytesView bytes) noexcept {
  std::uint64_t word = 0;
  std::size_t filled = 0;
  for (auto byte : bytes) {
    word = word << 8 | byte;
    if (++filled % 8 == 0) seed = mix(seed ^ word);
  }
  return filled % 8 == 0 ? seed : mix(seed ^ word);
}

}  // namespace

std::uint32_t flow_hash(const EthernetHeader& ethernet, const std::optional<InnerIp>& ip,
                        BytesView frame) noexcept {
  std::uint64_t hash = 0;
  if (ip) {
    hash = mix_bytes(ip->protocol, frame.subspan(ip->address_offset(), 2 * ip->address_size()));
    const bool ports = !ip->fragment && (ip->protocol == kProtocolTcp || ip->protocol == kProtocolUdp);
    if (const auto pair = load_be<std::uint32_t>(frame, ip->l4_offset); ports && pair)
      hash = mix(hash ^ *pair);
  } else {
    hash = mix(ethernet.source.to_u64() ^ std::uint64_t{ethernet.ether_type} << 48);
    hash = mix(hash ^ ethernet.destination.to_u64());
  }
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace vxtap
