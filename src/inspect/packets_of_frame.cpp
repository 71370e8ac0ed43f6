#include "inspect/packets_of_frame.hpp"

#include <array>

#include "offload/checksum.hpp"
#include "offload/segmenter.hpp"

namespace vxtap::inspect {
namespace {

std::optional<Segmenter> segmenter_of(const Frame& frame) noexcept {
  if (frame.offload.gso == FrameOffload::Gso::kNone || frame.offload.header_size > frame.bytes.size())
    return std::nullopt;
  return Segmenter::of(frame.bytes, frame.offload, frame.bytes.size() - frame.offload.header_size);
}

}  // namespace

void packets_of_frame(const Frame& frame, const std::function<void(std::span<const BytesView>)>& visit) {
  const auto segmenter = segmenter_of(frame);
  if (!segmenter) {
    Frame whole = frame;
    if (whole.offload.needs_checksum && whole.offload.gso == FrameOffload::Gso::kNone) finish_checksum(whole);
    const BytesView bytes = whole.bytes;
    visit({&bytes, 1});
    return;
  }
  const BytesView payload = BytesView(frame.bytes).subspan(segmenter->header_size());
  std::array<std::uint8_t, Segmenter::kMaxHeaders> headers;
  for (std::size_t i = 0; i < segmenter->count(); ++i) {
    const BytesView slice = payload.subspan(segmenter->payload_offset(i), segmenter->payload_length(i));
    segmenter->write_headers(i, slice, headers);
    const std::array<BytesView, 2> pieces{BytesView(headers).first(segmenter->header_size()), slice};
    visit(pieces);
  }
}

}  // namespace vxtap::inspect
