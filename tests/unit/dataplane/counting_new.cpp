#include "counting_new.hpp"

#include <cstdlib>
#include <new>

namespace {

thread_local bool counting = false;
thread_local std::size_t allocations = 0;

void* counted(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  if (counting) ++allocations;
  return memory;
}

}  // namespace

// NOLINTBEGIN(cppcoreguidelines-no-malloc): this is what everything else is built on.
// The forms that are not here, of arrays and those that do not throw, call these.
void* operator new(std::size_t size) {
  return counted(std::malloc(size == 0 ? 1 : size));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  return counted(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
// NOLINTEND(cppcoreguidelines-no-malloc)

namespace vxtap::test {

CountingNew::CountingNew() noexcept {
  allocations = 0;
  counting = true;
}

CountingNew::~CountingNew() {
  counting = false;
}

std::size_t CountingNew::count() const noexcept {
  return allocations;
}

}  // namespace vxtap::test
