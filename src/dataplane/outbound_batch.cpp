#include "dataplane/outbound_batch.hpp"

#include <algorithm>
#include <cerrno>

#include "dataplane/probes.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::dataplane {
namespace {

constexpr std::size_t kMaxPieces = 1024;
constexpr std::size_t kMaxCopies = 4096;  // 63 frames for 64 remotes: each remote still gets one train
constexpr std::size_t kHeaderBytes = 32768;
static_assert(kHeaderBytes >= kMaxTrainDatagrams * (kVxlanHeaderSize + Segmenter::kMaxHeaders));
static_assert(kFrameHeadroom >= kVxlanHeaderSize);

}  // namespace

OutboundBatch::OutboundBatch(const PortMap& ports, Events& events, PumpCounters& counters)
    : ports_(ports), events_(events), counters_(counters), headers_(kHeaderBytes), results_(kMaxCopies) {
  pieces_.reserve(kMaxPieces);
  trains_.reserve(kMaxPieces);
  copies_.reserve(kMaxCopies);
  copy_trains_.reserve(kMaxCopies);
}

bool OutboundBatch::add(const TapVerdict& verdict, const Frame& frame) {
  if (frame.offload.gso != FrameOffload::Gso::kNone) return add_superframe(verdict, frame);
  make_room(1, 0);
  const MutableBytes datagram(frame.bytes.data() - kVxlanHeaderSize, frame.bytes.size() + kVxlanHeaderSize);
  const auto header = VxlanHeader(verdict.outer.vni).to_bytes();
  std::copy(header.begin(), header.end(), datagram.begin());
  pieces_.emplace_back(datagram);
  list(verdict, pieces_.size() - 1, datagram.size(), 1);
  return true;
}

bool OutboundBatch::add_superframe(const TapVerdict& verdict, const Frame& frame) {
  if (frame.offload.header_size > frame.bytes.size()) return false;
  const BytesView headers = frame.bytes.first(frame.offload.header_size);
  const BytesView payload = frame.bytes.subspan(headers.size());
  const auto segmenter = Segmenter::of(headers, frame.offload, payload.size());
  if (!segmenter) return false;
  const std::size_t datagram = kVxlanHeaderSize + headers.size() + frame.offload.segment_size;
  const std::size_t most = std::clamp<std::size_t>(kMaxTrainBytes / datagram, 1, kMaxTrainDatagrams);
  for (std::size_t first = 0; first < segmenter->count(); first += most)
    add_packets(verdict, *segmenter, payload, first, std::min(first + most, segmenter->count()));
  return true;
}

void OutboundBatch::add_packets(const TapVerdict& verdict, const Segmenter& segmenter, BytesView payload,
                                std::size_t first, std::size_t last) {
  const std::size_t block = kVxlanHeaderSize + segmenter.header_size();
  make_room(2 * (last - first), block * (last - first));
  const auto vxlan = VxlanHeader(verdict.outer.vni).to_bytes();
  const std::size_t first_piece = pieces_.size();
  for (std::size_t i = first; i < last; ++i) {
    const BytesView slice = payload.subspan(segmenter.payload_offset(i), segmenter.payload_length(i));
    const MutableBytes out = MutableBytes(headers_).subspan(headers_used_, block);
    headers_used_ += block;
    std::copy(vxlan.begin(), vxlan.end(), out.begin());
    segmenter.write_headers(i, slice, out.subspan(kVxlanHeaderSize));
    pieces_.emplace_back(out);
    pieces_.push_back(slice);
  }
  list(verdict, first_piece, pieces_[first_piece].size() + pieces_[first_piece + 1].size(), last - first);
}

void OutboundBatch::make_room(std::size_t pieces, std::size_t header_bytes) {
  if (pieces_.size() + pieces > kMaxPieces || headers_used_ + header_bytes > kHeaderBytes) flush();
}

void OutboundBatch::list(const TapVerdict& verdict, std::size_t first_piece, std::size_t datagram_size,
                         std::uint64_t packets) {
  const auto pieces = std::span<const BytesView>(pieces_).subspan(first_piece);
  std::size_t size = 0;
  for (const BytesView piece : pieces) size += piece.size();
  trains_.push_back({verdict.segment, packets, size - packets * kVxlanHeaderSize, packets});
  for (const Remote& remote : verdict.remotes()) {
    if (copies_.size() == kMaxCopies) send_copies();
    copies_.push_back({.remote = remote,
                       .outer = verdict.outer,
                       .pieces = pieces,
                       .size = static_cast<std::uint32_t>(size),
                       .datagram_size = static_cast<std::uint32_t>(datagram_size)});
    copy_trains_.push_back(static_cast<std::uint32_t>(trains_.size() - 1));
  }
  if (!verdict.flooded) return;
  counters_.of(*verdict.segment).flooded.add(packets);
  counters_.of(*verdict.segment).flooded_copies.add(packets * verdict.remotes().size());
}

void OutboundBatch::send_copies() {
  const auto endpoint = [this](std::size_t i) { return trains_[copy_trains_[i]].segment->key.endpoint; };
  for (std::size_t first = 0; first < copies_.size();) {
    const std::size_t end = run_end(first, copies_.size(), endpoint);
    const auto copies = std::span<const Outbound>(copies_).subspan(first, end - first);
    const auto results = std::span(results_).subspan(first, end - first);
    if (Underlay* underlay = ports_.underlay(endpoint(first))) {
      underlay->send(copies, results);
    } else {
      for (std::size_t i = 0; i < copies.size(); ++i) results[i] = {ENETDOWN, copies[i].datagrams()};
    }
    first = end;
  }
  for (std::size_t i = 0; i < copies_.size(); ++i) {
    Train& train = trains_[copy_trains_[i]];
    const SendResult& result = results_[i];
    probe_send(copies_[i], result);
    if (events_.wants(result.error != 0)) [[unlikely]]
      events_.saw(ToUnderlay{*train.segment, copies_[i], result});
    train.least_failed = std::min<std::uint64_t>(train.least_failed, result.failed);
    if (result.train_refused != 0) {
      counters_.trains_refused.add(1);
      events_.train_refused(*train.segment, copies_[i].remote, result.train_refused);
    }
    if (result.error == 0) continue;
    if (result.error == EMSGSIZE) {  // the path narrowed since it was asked for; the next packet is told
      counters_.drop(train.segment, DropReason::kTooBig, result.failed);
      continue;
    }
    counters_.drop(train.segment, DropReason::kUnderlaySendFailed, result.failed);
    events_.send_failed(*train.segment, copies_[i].remote, result.error);
  }
  copies_.clear();
  copy_trains_.clear();
}

void OutboundBatch::flush() {
  send_copies();
  for (const Train& train : trains_) {
    const std::uint64_t sent = train.packets - train.least_failed;
    auto& tx = counters_.of(*train.segment).tx;
    tx.packets.add(sent);
    tx.bytes.add(train.bytes * sent / train.packets);
  }
  trains_.clear();
  pieces_.clear();
  headers_used_ = 0;
}

}  // namespace vxtap::dataplane
