#pragma once

#include <cstdint>
#include <string>

#include "inspect/explanation.hpp"
#include "vxtap/vtep_address.hpp"

/// Packets of pcap and pcapng files, read with libpcap.
namespace vxtap::inspect {

struct CapturedPacket {
  int link_type = 0;  ///< DLT_ of pcap-linktype(7)
  Bytes bytes;
};

/// Packet `number`, counted from 1 as Wireshark does. Throws std::runtime_error with the file, the cause and
/// the mend: no such file or packet, or one that was cut when it was captured.
CapturedPacket read_packet(const std::string& file, std::uint64_t number);

/// The UDP payload of a packet of an underlay, and who sent it.
struct CapturedDatagram {
  Remote source;
  std::uint8_t tos = 0;
  Bytes payload;
};

/// The Ethernet frame that it is. Throws std::runtime_error for another link type.
Bytes frame_of(const CapturedPacket& packet);
/// Of Ethernet, raw IP and Linux cooked captures (SLL, SLL2), 802.1Q tags stepped over. Throws
/// std::runtime_error for what is no whole UDP datagram.
CapturedDatagram datagram_of(const CapturedPacket& packet);

}  // namespace vxtap::inspect
