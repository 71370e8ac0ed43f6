#include "lab/sanitized_unit.hpp"

#include <cstdlib>

namespace vxtap::lab {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
std::string sanitized_drop_in() {
  std::string text = "[Service]\n";
  // The machine's services do not inherit this test's environment.
  for (const std::string name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"})
    if (const char* value = std::getenv(name.c_str())) text += "Environment=\"" + name + "=" + value + "\"\n";
#ifdef __SANITIZE_ADDRESS__
  // LeakSanitizer stops the threads by ptrace before it looks through the memory, at the end.
  text += "SystemCallFilter=ptrace\n";
#endif
  return text;
}
#else
std::string sanitized_drop_in() {
  return {};
}
#endif

}  // namespace vxtap::lab
