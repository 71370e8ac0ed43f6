#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "vxtap/bytes.hpp"

/// Writers of pcapng's blocks (draft-ietf-opsawg-pcapng), each appended to a string that is to become a file.
/// All numbers are in network byte order, which the section header says. Times are nanoseconds since 1970.
namespace vxtap::inspect::pcapng {

/// https://www.tcpdump.org/linktypes.html
enum class LinkType : std::uint16_t {
  kEthernet = 1,
  kRaw = 101,  ///< an IPv4 or IPv6 packet
};

/// Nothing longer is written: the limit that tcpdump and Wireshark have.
inline constexpr std::uint32_t kSnapLength = 262144;

struct Section {
  std::string_view hardware, system, application;
};

/// The n-th one written has the number n - 1.
struct Interface {
  LinkType link = LinkType::kEthernet;
  std::string_view name, description;  ///< an empty description is left out
};

enum class Direction : std::uint8_t { kInbound = 1, kOutbound = 2 };  // as epb_flags has them

struct Packet {
  std::uint32_t interface = 0;
  std::int64_t time = 0;
  std::span<const BytesView> pieces;  ///< its bytes in order
  Direction direction = Direction::kInbound;
  std::uint64_t lost_before = 0;  ///< since the packet before it
  std::string_view comment;
};

struct Statistics {
  std::uint32_t interface = 0;
  std::int64_t start = 0, end = 0;
  std::uint64_t received = 0;  ///< those that were lost among them
  std::uint64_t lost = 0;
};

void put_section(std::string& out, const Section& section);
void put_interface(std::string& out, const Interface& interface);
void put_packet(std::string& out, const Packet& packet);
void put_statistics(std::string& out, const Statistics& statistics);

// What a reader asks for.
inline constexpr std::uint32_t kSectionBlock = 0x0A0D0D0A, kInterfaceBlock = 1, kStatisticsBlock = 5,
                               kPacketBlock = 6;
inline constexpr std::uint32_t kByteOrder = 0x1A2B3C4D;
inline constexpr std::size_t kBlockHead = 8;    ///< type and length
inline constexpr std::size_t kBlockTail = 4;    ///< the length once more
inline constexpr std::size_t kPacketHead = 28;  ///< of a packet block, to the packet's bytes
inline constexpr std::size_t kStatisticsHead = 20;
inline constexpr std::uint16_t kEndOfOptions = 0, kPacketLost = 4, kStatisticsLost = 5;

/// Everything in a block is padded to 32 bits.
constexpr std::size_t padded(std::size_t size) noexcept {
  return (size + 3) / 4 * 4;
}

}  // namespace vxtap::inspect::pcapng
