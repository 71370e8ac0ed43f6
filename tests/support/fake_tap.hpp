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
    for (std::size_t i = 0; i < lent_.size(); ++i) frames[i] = {lent_[i].bytes, lent_[i].offload};
    return lent_.size();
  }

  void write(std::span<const Frame> frames, std::span<TapWrite> results) noexcept override {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      results[i] = answer_;
      const auto bytes = frames[i].bytes;
      if (answer_ == TapWrite::kWritten)
        delivered_.push_back({Bytes(bytes.begin(), bytes.end()), frames[i].offload});
    }
  }

 private:
  std::deque<Delivered> waiting_;
  std::vector<Delivered> lent_;  // what the last read() borrowed out
  std::vector<Delivered> delivered_;
  TapWrite answer_ = TapWrite::kWritten;
};

}  // namespace vxtap::test
