#include "lab/pcap.hpp"

#include <tins/packet_writer.h>
#include <tins/rawpdu.h>

namespace vxtap::lab {

void write_pcap(const std::filesystem::path& file, const std::vector<Bytes>& frames) {
  Tins::PacketWriter writer(file.string(), Tins::DataLinkType<Tins::EthernetII>());
  for (const auto& frame : frames) {
    Tins::RawPDU pdu(frame);
    writer.write(pdu);
  }
}

}  // namespace vxtap::lab
