#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "support/values.hpp"
#include "vxtap/bytes.hpp"

namespace vxtap::fuzz {

using test::Bytes;
using test::operator+;

/// What the fuzzer made up, used from the front: values to choose by, then what is fed. Behind its end
/// everything is zero, so that any prefix of an input is an input.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  bool empty() const noexcept { return rest_.empty(); }

  std::uint8_t byte() noexcept {
    if (rest_.empty()) return 0;
    const std::uint8_t first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }
  std::uint16_t half() noexcept {
    const auto high = static_cast<unsigned>(byte());
    return static_cast<std::uint16_t>(high << 8 | byte());
  }
  /// Below `limit`, which is 256 at most.
  std::size_t below(std::size_t limit) noexcept { return byte() % limit; }

  /// As many as the next two bytes say, or as there are.
  Bytes block() {
    const std::size_t size = half();
    return take(size);
  }
  /// As many as there are, `most` at most.
  Bytes take(std::size_t most) {
    const auto taken = rest_.first(std::min(most, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return {taken.begin(), taken.end()};
  }
  Bytes bytes() { return take(rest_.size()); }
  std::string text() {
    const Bytes all = bytes();
    return {all.begin(), all.end()};
  }

 private:
  BytesView rest_;
};

}  // namespace vxtap::fuzz
