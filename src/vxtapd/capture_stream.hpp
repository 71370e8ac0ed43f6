#pragma once

#include <memory>
#include <string>

#include "control/byte_stream.hpp"
#include "vxtapd/capture_watch.hpp"
#include "vxtapd/capture_writer.hpp"
#include "vxtapd/captures.hpp"

namespace vxtap::daemon {

/// One capture as the control socket sees it: a pcapng file in the making. Control thread.
class CaptureStream final : public control::ByteStream {
 public:
  /// Throws inspect::BadFilter.
  CaptureStream(Captures& captures, const control::CaptureRequest& request, const State& state);
  ~CaptureStream() override;
  CaptureStream(const CaptureStream&) = delete;
  CaptureStream& operator=(const CaptureStream&) = delete;

  std::string take(std::size_t most) override;
  void finish() override;
  bool ended() const override { return ended_; }

  void set_state(const State& state);

 private:
  Captures& captures_;
  const control::CaptureRequest request_;
  const std::shared_ptr<CaptureWatch> watch_;
  CaptureWriter writer_;
  std::string ready_;  // blocks of what changed, in front of the next packets
  bool finishing_ = false;
  bool ended_ = false;
};

}  // namespace vxtap::daemon
