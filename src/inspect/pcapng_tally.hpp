#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "vxtap/bytes.hpp"

namespace vxtap::inspect {

/// What arrives is no pcapng of ours.
class BadStream : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Counts what passes in a pcapng file that arrives in pieces, and cuts it at the ends of blocks, so that it
/// is a valid file wherever it ends. Understands what pcapng.hpp writes.
class PcapngTally {
 public:
  /// The blocks that these bytes complete, whole. Throws BadStream.
  std::string take(std::string_view bytes);

  std::uint64_t packets() const noexcept { return packets_; }
  /// As the statistics at the end say, and before them the packets.
  std::uint64_t lost() const noexcept { return ended_ ? lost_in_statistics_ : lost_before_packets_; }
  /// The statistics at the end have come: nothing is missing.
  bool ended() const noexcept { return ended_; }

 private:
  std::string rest_;  // of a block that is not complete
  std::uint64_t packets_ = 0;
  std::uint64_t lost_before_packets_ = 0;
  std::uint64_t lost_in_statistics_ = 0;
  bool ended_ = false;

  void count(BytesView block);
};

}  // namespace vxtap::inspect
