#pragma once

#include <deque>
#include <utility>
#include <vector>

#include "support/values.hpp"
#include "vxtap/ports.hpp"

namespace vxtap::test {

/// A TAP whose host is the test.
class FakeTap final : public TapPort {
 public:
  struct Delivered {
    Bytes bytes;
    FrameOffload offload;
  };

  /// The host sends a frame.
  void send(Bytes frame, FrameOffload offload = {}) { waiting_.push_back({std::move(frame), offload}); }
  /// What became of the frames handed to the host, kept from the beginning.
  const std::vector<Delivered>& delivered() const noexcept { return delivered_; }
  /// From now on the host's side answers so; only kWritten frames are delivered.
  void answer(TapWrite result) noexcept { answer_ = result; }

  std::size_t read(std::span<Frame> frames) noexcept override {
    lent_.clear();
    while (lent_.size() < frames.size() && !waiting_.empty()) {
      lent_.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    for (std::size_t i = 0; i < lent_.size(); ++i) {
      Bytes& bytes = lent_[i].bytes;
      bytes.insert(bytes.begin(), kFrameHeadroom, 0);
      frames[i] = {MutableBytes(bytes).subspan(kFrameHeadroom), lent_[i].offload};
    }
    return lent_.size();
  }

  void write(std::span<const Delivery> frames, std::span<TapWrite> results) noexcept override {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const bool superframe = frames[i].offload.gso != FrameOffload::Gso::kNone;
      results[i] = superframe && refuses_superframes_ ? TapWrite::kOffloadRefused : answer_;
      if (results[i] == TapWrite::kOffloadRefused) takes_offload_ = false;
      if (results[i] == TapWrite::kWritten)
        delivered_.push_back({joined(frames[i].pieces), frames[i].offload});
    }
  }

  bool takes_offload() const noexcept override { return takes_offload_; }
  /// The host takes no superframes and no unfinished checksums.
  void take_no_offload() noexcept { takes_offload_ = false; }
  /// The host says it takes superframes and then does not.
  void refuse_superframes() noexcept { refuses_superframes_ = true; }

 private:
  std::deque<Delivered> waiting_;
  std::vector<Delivered> lent_;  // what the last read() borrowed out
  std::vector<Delivered> delivered_;
  TapWrite answer_ = TapWrite::kWritten;
  bool takes_offload_ = true;
  bool refuses_superframes_ = false;
};

}  // namespace vxtap::test
