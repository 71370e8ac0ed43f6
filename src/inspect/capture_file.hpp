#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "inspect/explanation.hpp"
#include "vxtap/vtep_address.hpp"

/// Packets of pcap files, read with libpcap, and of pcapng files.
namespace vxtap::inspect {

/// A file, or a packet of it, that is not what was asked for: the cause and the mend.
class BadCapture : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct CapturedPacket {
  int link_type = 0;  ///< DLT_ of pcap-linktype(7)
  Bytes bytes;
};

/// Packet `number`, counted from 1 as Wireshark does; "-" is standard input. Throws BadCapture: no such file
/// or packet, or one that was cut when it was captured.
CapturedPacket read_packet(const std::string& file, std::uint64_t number);

/// The UDP payload of a packet of an underlay, who sent it and where to.
struct CapturedDatagram {
  Remote source;
  Remote destination;
  std::uint8_t tos = 0;
  Bytes payload;
};

/// Whether it is an Ethernet frame.
bool is_frame(const CapturedPacket& packet);
/// That frame. Throws BadCapture for another link type.
Bytes frame_of(const CapturedPacket& packet);
/// Of Ethernet, raw IP and Linux cooked captures (SLL, SLL2), 802.1Q tags stepped over. Throws
/// BadCapture for what is no whole UDP datagram.
CapturedDatagram datagram_of(const CapturedPacket& packet);

}  // namespace vxtap::inspect
