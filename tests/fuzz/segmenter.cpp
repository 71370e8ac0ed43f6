// A superframe's headers and what its offload says of them, both a guest's; whatever is cut is what a NIC
// makes.
#include "offload/segmenter.hpp"

#include "fuzz/input.hpp"
#include "fuzz/mend_checksums.hpp"
#include "fuzz/require.hpp"
#include "support/naive_offload.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;

namespace {

FrameOffload any_offload(Input& input) {
  FrameOffload offload;
  offload.needs_checksum = input.below(8) != 1;
  offload.gso = static_cast<FrameOffload::Gso>(input.below(4));
  offload.tcp_ecn = input.below(2) == 1;
  offload.checksum_start = input.half();
  offload.checksum_offset = input.half();
  offload.segment_size = input.half();
  offload.header_size = input.half();
  return offload;
}

/// What the headers are, so that most inputs get further than the first question.
FrameOffload fitting_offload(const Bytes& headers, std::uint16_t segment_size) {
  FrameOffload offload;
  const auto ip = ip_of(headers);
  if (!ip) return offload;
  const bool tcp = ip->protocol == kProtocolTcp;
  offload.needs_checksum = true;
  offload.gso = !tcp     ? FrameOffload::Gso::kUdp
                : ip->v6 ? FrameOffload::Gso::kTcpV6
                         : FrameOffload::Gso::kTcpV4;
  offload.checksum_start = static_cast<std::uint16_t>(ip->l4_offset);
  offload.checksum_offset = tcp ? 16 : 6;
  offload.segment_size = segment_size;
  const auto data_offset = load_be<std::uint8_t>(headers, ip->l4_offset + 12).value_or(0);
  const std::size_t l4 = tcp ? std::size_t{data_offset} / 16 * 4 : 8;
  offload.header_size = static_cast<std::uint16_t>(ip->l4_offset + l4);
  return offload;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const bool fitting = input.below(4) != 0;
  FrameOffload offload = any_offload(input);
  const Bytes headers = input.block();
  Bytes payload = input.block();
  const std::size_t longer = std::size_t{input.byte()} << 8;
  for (std::size_t i = 0; i < longer; ++i) payload.push_back(static_cast<std::uint8_t>(i * i));
  if (fitting) offload = fitting_offload(headers, offload.segment_size);

  const auto segmenter = Segmenter::of(headers, offload, payload.size());
  if (!segmenter) return 0;
  const std::size_t header_size = segmenter->header_size();
  require(header_size == offload.header_size, "the headers are those that the offload says");
  const Bytes whole = Bytes(headers.begin(), headers.begin() + offload.header_size) + payload;
  const auto expected = test::naive_cut(whole, offload);
  require(segmenter->count() == expected.size(), "as many packets as the payload fills");
  require(segmenter->count() == packets_of(whole.size(), offload), "and as are counted");
  std::size_t next = 0;
  for (std::size_t i = 0; i < segmenter->count(); ++i) {
    require(segmenter->payload_offset(i) == next, "no payload is left out or sent twice");
    const auto slice = BytesView(payload).subspan(next, segmenter->payload_length(i));
    next += slice.size();
    Bytes packet(header_size, 0xEE);
    segmenter->write_headers(i, slice, packet);
    require(packet + Bytes(slice.begin(), slice.end()) == expected[i], "each is what a NIC makes of it");
  }
  require(next == payload.size(), "all of the payload is sent");
  return 0;
}
