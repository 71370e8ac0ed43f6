#include "conformance/packet_fate.hpp"

#include <system_error>

#include "conformance/datagrams.hpp"

namespace vxtap::conformance {
namespace {

using lab::Bytes;
using Direction = lab::Observer::Direction;

constexpr std::size_t kEthernet = 14;

/// A fragment of the underlay, IPv4 (RFC 791 section 3.1) or IPv6 with the fragment header right behind it
/// (RFC 8200 section 4.5).
bool is_fragment(const Bytes& frame) {
  if (frame.size() < kEthernet + 20) return false;
  if (frame[12] == 0x08 && frame[13] == 0x00)
    return (frame[kEthernet + 6] & 0x3F) != 0 || frame[kEthernet + 7] != 0;
  return frame[12] == 0x86 && frame[13] == 0xDD && frame[kEthernet + 6] == 44;
}

bool try_to_send(Stage& stage, const Bytes& frame) try {
  stage.send(frame);
  return true;
} catch (const std::system_error& error) {
  if (error.code() != std::errc::message_size) throw;
  return false;
}

}  // namespace

std::string packet_fate(Stage& stage, std::size_t size) {
  constexpr std::size_t kHeaders = 20 + 8;
  auto spec = datagram_out(stage, lab::Family::kIpv4);
  spec.payload.resize(size - kHeaders);
  const Bytes frame = lab::udp_frame(spec);
  const auto before = stage.remote(1).count(Direction::kIn, is_fragment);
  if (!try_to_send(stage, frame)) return "refused";
  stage.outer_of(stage.frame_to(kBroadcast));  // it comes behind whatever the frame has become
  if (!stage.copies(frame, 1).empty()) return "whole";
  const auto fragments = stage.remote(1).count(Direction::kIn, is_fragment) - before;
  return fragments == 0 ? "lost" : std::to_string(fragments) + " fragments";
}

std::function<std::string(Stage&)> fates_of(const std::vector<std::size_t>& sizes) {
  return [=](Stage& stage) {
    std::string text;
    for (const std::size_t size : sizes) text += (text.empty() ? "" : ", ") + packet_fate(stage, size);
    return text;
  };
}

}  // namespace vxtap::conformance
