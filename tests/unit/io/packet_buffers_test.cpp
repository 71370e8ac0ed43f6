#include "io/packet_buffers.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "io/system_error.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using io::PacketBuffers;

TEST_CASE("packet buffers: slots have the size asked for and do not overlap") {
  const PacketBuffers buffers(64, 65536);
  REQUIRE(buffers.count() == 64);
  for (std::size_t i = 0; i < buffers.count(); ++i) {
    REQUIRE(buffers.slot(i).size() == 65536);
    std::ranges::fill(buffers.slot(i), static_cast<std::uint8_t>(i));
  }
  for (std::size_t i = 0; i < buffers.count(); ++i)
    CHECK(std::ranges::all_of(buffers.slot(i), [&](auto byte) { return byte == i; }));
}

TEST_CASE("packet buffers: headers of neighbouring slots lie in different sets of the cache") {
  const PacketBuffers buffers(64, 65536);
  std::set<std::uintptr_t> lines;
  for (std::size_t i = 0; i < buffers.count(); ++i)
    lines.insert(reinterpret_cast<std::uintptr_t>(buffers.slot(i).data()) / 64 % 64);
  CHECK(lines.size() == 64);
}

TEST_CASE("packet buffers: only what is written takes memory") {
  constexpr std::size_t kSize = 65536;
  const PacketBuffers buffers(64, kSize);
  buffers.slot(0)[0] = 1;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto whole = static_cast<std::size_t>(buffers.slot(63).data() - buffers.slot(0).data()) + kSize;
  std::vector<unsigned char> resident((whole + page - 1) / page);
  REQUIRE(::mincore(buffers.slot(0).data(), whole, resident.data()) == 0);
  CHECK(std::ranges::count_if(resident, [](auto flags) { return (flags & 1) != 0; }) == 1);
}

TEST_CASE("packet buffers: moving keeps the bytes in place") {
  PacketBuffers first(2, 100);
  first.slot(1)[99] = 7;
  const auto* place = first.slot(1).data();
  const PacketBuffers second(std::move(first));
  CHECK(second.slot(1).data() == place);
  CHECK(second.slot(1)[99] == 7);
}

TEST_CASE("packet buffers: what cannot be had is an error that names the size") {
  CHECK_THROWS_WITH(PacketBuffers(1, std::size_t{1} << 60),
                    Catch::Matchers::ContainsSubstring("bytes of packet buffers: cannot allocate memory"));
}
