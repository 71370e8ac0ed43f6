#include "vxtapd/capture_stream.hpp"

#include <utility>

#include "control/fault.hpp"

namespace vxtap::daemon {

std::unique_ptr<control::ByteStream> Captures::open(const control::CaptureRequest& request,
                                                    const State& state) {
  if (open_.size() >= kMost)
    throw control::refused("capture: " + std::to_string(kMost) +
                           " captures run already; end one of them, or look into what it writes");
  try {
    return std::make_unique<CaptureStream>(*this, request, state);
  } catch (const inspect::BadFilter& error) {
    throw control::refused(std::string("capture: filter: ") + error.what());
  }
}

void Captures::state_changed(const State& state) {
  for (CaptureStream* stream : open_) stream->set_state(state);
}

CaptureStream::CaptureStream(Captures& captures, const control::CaptureRequest& request, const State& state)
    : captures_(captures),
      request_(request),
      watch_(std::make_shared<CaptureWatch>(request)),
      writer_({request.superframes, request.count}, watch_->filter()) {
  writer_.begin(ready_);
  set_state(state);
  captures_.open_.insert(this);
  captures_.watches_.add(watch_);
}

CaptureStream::~CaptureStream() {
  captures_.watches_.remove(*watch_);
  captures_.open_.erase(this);
}

void CaptureStream::set_state(const State& state) {
  writer_.set_scene(capture_scene(state, request_), ready_);
}

std::string CaptureStream::take(std::size_t most) {
  if (ended_) return {};
  std::string out = std::exchange(ready_, {});
  bool drained = false;
  while (out.size() < most && !writer_.has_all() && !drained) {
    const auto entry = watch_->ring().next();
    drained = !entry;
    if (entry) writer_.write(*entry, out);
  }
  if (writer_.has_all() || (finishing_ && drained)) {
    captures_.watches_.remove(*watch_);
    writer_.end(watch_->ring().take_lost(), out);
    ended_ = true;
  }
  return out;
}

void CaptureStream::finish() {
  captures_.watches_.remove(*watch_);
  finishing_ = true;
}

}  // namespace vxtap::daemon
