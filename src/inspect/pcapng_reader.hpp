#pragma once

#include <cstdint>
#include <cstdio>
#include <variant>

#include "inspect/explanation.hpp"

/// Packets out of pcapng files (draft-ietf-opsawg-pcapng) whose interfaces have different link types: libpcap
/// refuses these, and a capture of TAPs and of the underlay is one.
namespace vxtap::inspect::pcapng {

struct FoundPacket {
  std::uint32_t link_type = 0;  ///< of its interface: LINKTYPE_, as the file has it
  std::uint32_t size = 0;       ///< bytes that it had on the wire
  Bytes bytes;                  ///< those that were kept
};

/// How many packets there are instead.
struct Missing {
  std::uint64_t packets = 0;
};

/// Packet `number`, counted from 1, of a file that stands at its beginning; it is read once, from front to
/// back, in sections of either byte order. What is kept in memory is the packet and eight bytes of each
/// interface, whatever lengths the file claims. Throws BadCapture for what is no pcapng.
std::variant<FoundPacket, Missing> find_packet(std::FILE* file, std::uint64_t number);

}  // namespace vxtap::inspect::pcapng
