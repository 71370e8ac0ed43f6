// The state that a vxtapd left behind, as it may lie in a file: anything.
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "handover/saved_state_format.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;

namespace {

/// CRC-32 of IEEE 802.3, bit by bit.
std::uint32_t naive_crc(BytesView bytes) {
  std::uint32_t crc = 0xFFFF'FFFF;
  for (const auto byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB8'8320 : 0);
  }
  return ~crc;
}

/// `body` as the header of the format announces it, so that what is inside is looked at.
Bytes sealed(const Bytes& body) {
  Bytes file{'v', 'x', 't', 'a', 'p', 0, 0, 0};
  file.resize(20);
  const MutableBytes bytes(file);
  store_be(bytes, 8, handover::kFormatVersion);
  store_be(bytes, 16, static_cast<std::uint32_t>(body.size()));
  file = file + body;
  store_be(MutableBytes(file), 12, naive_crc(BytesView(file).subspan(16)));
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const bool whole = input.below(2) == 0;
  const Bytes file = whole ? input.bytes() : sealed(input.bytes());
  const auto decoded = handover::decode(file);
  require(decoded.state.has_value() == decoded.refused.empty(), "a state is refused with a reason");
  if (!decoded.state) return 0;
  const auto encoded = handover::encode(*decoded.state);
  require(encoded.size() <= file.size(), "a state takes no more bytes than it was read from");
  const auto again = handover::decode(encoded);
  require(again.state.has_value(), "what was written is read");
  require(handover::encode(*again.state) == encoded, "and is the same");
  return 0;
}
