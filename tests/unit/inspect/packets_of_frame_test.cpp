#include "inspect/packets_of_frame.hpp"

#include <tins/tins.h>

#include "support/catch.hpp"
#include "unit/offload/frames.hpp"

using namespace vxtap;
using test::Bytes;
using test::operator+;  // NOLINT(misc-unused-using-decls): used as +

namespace {

using Packets = std::vector<Bytes>;

Packets packets(Bytes bytes, const FrameOffload& offload) {
  Packets out;
  inspect::packets_of_frame({bytes, offload}, [&](auto pieces) { out.push_back(test::joined(pieces)); });
  return out;
}

/// True when libtins would have written the same, checksums included.
bool is_complete(const Bytes& frame) {
  return Tins::EthernetII(frame.data(), static_cast<std::uint32_t>(frame.size())).serialize() == frame;
}

}  // namespace

TEST_CASE("packets of a frame: a superframe is cut, and every packet is complete") {
  for (const auto& superframe : test::all_superframes()) {
    CAPTURE(superframe.what);
    const Bytes payload(superframe.payload.begin(), superframe.payload.end());
    Bytes together;
    const auto cut = packets(superframe.headers + payload, superframe.offload);
    CHECK(cut.size() == 3);
    for (const Bytes& packet : cut) {
      if (!superframe.spec.ip_options && !superframe.spec.service_tag) CHECK(is_complete(packet));
      together = together + Bytes(packet.begin() + superframe.offload.header_size, packet.end());
    }
    CHECK(together == payload);
  }
}

TEST_CASE("packets of a frame: a checksum left to the device is finished") {
  for (const auto& frame : test::all_shapes("some payload")) {
    CAPTURE(frame.what);
    const FrameOffload offload{.needs_checksum = true,
                               .checksum_start = static_cast<std::uint16_t>(frame.l4_offset),
                               .checksum_offset = static_cast<std::uint16_t>(frame.checksum_offset())};
    CHECK(packets(frame.unfinished(), offload) == Packets{frame.bytes});
  }
}

TEST_CASE("packets of a frame: what is complete, or not what it says it is, stays as it is") {
  const Bytes frame = test::make_frame({.tcp = true}, "some payload").bytes;
  CHECK(packets(frame, {}) == Packets{frame});
  CHECK(packets({}, {}) == Packets{Bytes{}});
  const FrameOffload wrong{.needs_checksum = true,
                           .checksum_start = 34,
                           .checksum_offset = 16,
                           .gso = FrameOffload::Gso::kTcpV6,
                           .segment_size = 4,
                           .header_size = 54};
  CHECK(packets(frame, wrong) == Packets{frame});
  FrameOffload beyond = wrong;
  beyond.header_size = 1000;
  CHECK(packets(frame, beyond) == Packets{frame});
  CHECK(packets(frame, {.needs_checksum = true, .checksum_start = 2000}) == Packets{frame});
}
