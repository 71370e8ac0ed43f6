#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "handover/saved_state_format.hpp"
#include "io/unique_fd.hpp"

namespace vxtap::handover {

/// Two files in memory (memfd_create(2)) that take turns in keeping the state, so that one is whole at any
/// moment, whenever the process dies. Control thread.
class StateFiles {
 public:
  /// Goes on with those of an earlier process; where they hold no state, or are not two, with new ones. What
  /// is no file in memory is never read, nor written to. Throws SystemError.
  explicit StateFiles(std::vector<io::UniqueFd> earlier = {});

  /// The latest state that the earlier process left whole, or why there is none. To be called once.
  Decoded take_earlier() { return std::move(earlier_); }

  /// Over the older one. Throws SystemError, and the newer one is as it was.
  void write(SavedState state);

  std::array<int, 2> descriptors() const noexcept { return {files_[0].get(), files_[1].get()}; }

 private:
  void read(std::size_t i);

  std::array<io::UniqueFd, 2> files_;
  std::size_t next_ = 0;
  std::uint64_t sequence_ = 0;
  Decoded earlier_;
};

}  // namespace vxtap::handover
