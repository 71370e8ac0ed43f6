// A capture file of which `explain` is to take one packet.
#include <cstdio>
#include <memory>

#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "inspect/capture_file.hpp"
#include "inspect/pcapng_reader.hpp"

using namespace vxtap;
using namespace vxtap::fuzz;
using namespace vxtap::inspect;

namespace {

std::variant<pcapng::FoundPacket, pcapng::Missing> find(Bytes& bytes, std::uint64_t number) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(fmemopen(bytes.data(), bytes.size(), "r"),
                                                             std::fclose);
  return pcapng::find_packet(file.get(), number);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::uint64_t number = 1 + input.below(16);
  Bytes bytes = input.bytes();
  if (bytes.empty()) return 0;  // fmemopen takes none
  try {
    const auto found = find(bytes, number);
    if (const auto* packet = std::get_if<pcapng::FoundPacket>(&found)) {
      require(packet->bytes.size() <= bytes.size(), "a packet is part of the file");
      if (number > 1)
        require(std::holds_alternative<pcapng::FoundPacket>(find(bytes, number - 1)), "one was before it");
      return 0;
    }
    const std::uint64_t packets = std::get<pcapng::Missing>(found).packets;
    require(packets < number, "a packet is missing where there are too few");
    if (packets > 0)
      require(std::holds_alternative<pcapng::FoundPacket>(find(bytes, packets)), "the last is there");
  } catch (const BadCapture& bad) {
    require(std::string_view(bad.what()) != "", "a file is refused with a reason");
  }
  return 0;
}
