// A program that a client hands the daemon to choose frames with, run by workers: whatever passes the checks
// ends, and reads nothing but the frame.
#include "inspect/frame_filter.hpp"

#include "fuzz/input.hpp"
#include "fuzz/require.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;

namespace {

FilterInstruction instruction(Input& input) {
  const std::uint16_t code = input.half();
  const std::uint8_t yes = input.byte(), no = input.byte();
  const auto high = static_cast<std::uint32_t>(input.half());
  return {code, yes, no, high << 16 | input.half()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  std::vector<FilterInstruction> program(input.byte());
  for (FilterInstruction& one : program) one = instruction(input);
  const std::size_t skip = input.below(20);
  const bool tagged = input.below(2) == 1;
  const Bytes first = input.block(), second = input.bytes();
  const std::array<BytesView, 2> pieces{first, second};
  const std::size_t whole = first.size() + second.size();
  const inspect::FilteredFrame frame{pieces, skip, tagged, whole < skip ? 0 : whole - skip};
  try {
    const inspect::FrameFilter filter(program);
    const bool passes = filter.passes(frame);
    require(filter.passes(frame) == passes, "the same frame is judged the same");
    require(!program.empty() || passes, "without a program every frame passes");
  } catch (const inspect::BadFilter& bad) {
    require(std::string(bad.what()) != "", "a program is refused with a reason");
  }
  return 0;
}
