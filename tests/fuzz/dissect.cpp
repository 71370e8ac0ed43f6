// Any frame, layer by layer, as people are shown it.
#include "inspect/dissect.hpp"

#include "fuzz/input.hpp"
#include "fuzz/require.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes frame = Input(data, size).bytes();
  std::size_t next = 0;
  for (const auto& layer : inspect::dissect(frame)) {
    require(layer.offset == next, "layers follow one another");
    require(layer.size <= frame.size() - next, "within the frame");
    require(!layer.name.empty(), "each with a name");
    next += layer.size;
  }
  return 0;
}
