#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "inspect/frame_filter.hpp"
#include "inspect/pcapng.hpp"
#include "vxtapd/capture_ring.hpp"
#include "vxtapd/capture_scene.hpp"

namespace vxtap::daemon {

/// Makes pcapng blocks of sightings: a superframe or a train becomes the packets it stands for unless it is
/// wanted as it is, and what left or came through a socket gets its outer headers back. Control thread.
class CaptureWriter {
 public:
  struct Wanted {
    bool superframes = false;
    std::uint64_t count = 0;  ///< packets; 0: no limit
  };
  /// `filter` outlives the object.
  CaptureWriter(const Wanted& wanted, const inspect::FrameFilter& filter);

  /// All of these append to `out`.
  void begin(std::string& out) const;
  /// Interfaces that are new.
  void set_scene(CaptureScene scene, std::string& out);
  void write(const CaptureRing::Entry& entry, std::string& out);
  /// The statistics. `lost`: packets behind the last sighting.
  void end(std::uint64_t lost, std::string& out);

  bool has_all() const noexcept { return wanted_.count != 0 && written_ >= wanted_.count; }

 private:
  struct Interface {
    CaptureScene::Interface what;
    std::int64_t start = 0;
    std::uint64_t written = 0, lost = 0;
  };
  /// A packet but for its bytes.
  struct Context {
    inspect::pcapng::Packet packet;
    bool trunk_tagged = false;
    bool cut = false;  ///< one of several: the filter has not seen it by itself
    std::string* out = nullptr;
  };

  // Constant after construction.
  const Wanted wanted_;
  const inspect::FrameFilter& filter_;

  CaptureScene scene_;
  std::vector<Interface> interfaces_;  // by their number in the file
  std::map<CapturePlace, std::uint32_t> numbers_;
  std::uint64_t written_ = 0;
  std::uint32_t last_ = 0;  // interface of the last packet

  std::string_view tap_name(const Sighting& sighting) const;
  const io::SenderPool* pool(EndpointId endpoint, const OuterHeader& outer) const;
  void write_frame(Context& context, MutableBytes bytes, const FrameOffload& offload);
  void write_sent(Context& context, const Sighting& sighting, BytesView train);
  void write_received(Context& context, const Sighting& sighting, BytesView payload);
  bool passes(const Context& context, std::span<const BytesView> pieces, std::size_t headers) const;
  void put(Context& context, std::span<const BytesView> pieces);
};

}  // namespace vxtap::daemon
