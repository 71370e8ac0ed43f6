#pragma once

#include <cstddef>

namespace vxtap::test {

/// While one exists, the calling thread's allocations with operator new are counted: this executable replaces
/// it.
class CountingNew {
 public:
  CountingNew() noexcept;
  ~CountingNew();
  CountingNew(const CountingNew&) = delete;
  CountingNew& operator=(const CountingNew&) = delete;

  std::size_t count() const noexcept;
};

}  // namespace vxtap::test
