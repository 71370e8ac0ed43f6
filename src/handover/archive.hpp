#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "vxtap/bytes.hpp"

namespace vxtap::handover {

/// Writes values one after another, in network byte order. With Loader's it shares the names of its
/// functions, so that one description of a type serves both directions.
class Saver {
 public:
  template <typename T>
  void number(const T& value) {
    static_assert(std::is_unsigned_v<T>);
    const std::size_t offset = bytes_.size();
    bytes_.resize(offset + sizeof(T));
    store_be(MutableBytes(bytes_), offset, value);
  }
  void flag(const bool& value) { number(static_cast<std::uint8_t>(value)); }
  template <typename T>
  void choice(const T& value, T /*last*/) {
    number(static_cast<std::uint8_t>(value));
  }
  void text(const std::string& value) {
    number(static_cast<std::uint32_t>(value.size()));
    raw(BytesView(reinterpret_cast<const std::uint8_t*>(value.data()), value.size()));
  }
  template <std::size_t N>
  void octets(const std::array<std::uint8_t, N>& value) {
    raw(value);
  }
  /// Its length, then `each` for every element.
  template <typename T, typename Each>
  void list(const std::vector<T>& values, Each&& each) {
    number(static_cast<std::uint32_t>(values.size()));
    for (const T& value : values) each(value);
  }
  const std::vector<std::uint8_t>& bytes() const noexcept { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;

  void raw(BytesView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
};

/// Reads what a Saver wrote, from bytes that may be anything. From the first value on that is not there or
/// cannot be, values stay as they were and ok() is false.
class Loader {
 public:
  explicit Loader(BytesView bytes) : bytes_(bytes) {}

  /// Everything was as it should be, so far.
  bool ok() const noexcept { return ok_; }
  /// And nothing is left.
  bool finished() const noexcept { return ok_ && bytes_.empty(); }

  template <typename T>
  void number(T& value) {
    const auto loaded = load_be<T>(bytes_, 0);
    if (!loaded) return fail();
    value = *loaded;
    bytes_ = bytes_.subspan(sizeof(T));
  }
  void flag(bool& value) {
    std::uint8_t byte = 0;
    number(byte);
    if (byte > 1) return fail();
    value = byte == 1;
  }
  /// Of an enumeration whose values run from 0 to `last`.
  template <typename T>
  void choice(T& value, T last) {
    std::uint8_t byte = 0;
    number(byte);
    if (byte > static_cast<std::uint8_t>(last)) return fail();
    value = static_cast<T>(byte);
  }
  void text(std::string& value) {
    std::uint32_t size = 0;
    number(size);
    if (size > bytes_.size()) return fail();
    value.assign(bytes_.begin(), bytes_.begin() + size);
    bytes_ = bytes_.subspan(size);
  }
  template <std::size_t N>
  void octets(std::array<std::uint8_t, N>& value) {
    if (bytes_.size() < N) return fail();
    std::copy_n(bytes_.begin(), N, value.begin());
    bytes_ = bytes_.subspan(N);
  }
  template <typename T, typename Each>
  void list(std::vector<T>& values, Each&& each) {
    std::uint32_t size = 0;
    number(size);
    // No element is smaller than a byte: a length that lies takes no memory.
    if (size > bytes_.size()) return fail();
    for (std::uint32_t i = 0; i < size && ok_; ++i) each(values.emplace_back());
  }

 private:
  BytesView bytes_;
  bool ok_ = true;

  void fail() {
    ok_ = false;
    bytes_ = {};
  }
};

}  // namespace vxtap::handover
