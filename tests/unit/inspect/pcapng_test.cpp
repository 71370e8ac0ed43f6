// The bytes of each block, as draft-ietf-opsawg-pcapng section 4 draws them.
#include "inspect/pcapng.hpp"

#include <array>

#include "support/catch.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace vxtap::inspect;

namespace {

/// Hexadecimal digits, blanks between them as one likes.
std::string bytes(std::string_view digits) {
  std::string out;
  std::string pair;
  for (const char digit : digits) {
    if (digit == ' ') continue;
    pair += digit;
    if (pair.size() < 2) continue;
    out += static_cast<char>(std::stoi(pair, nullptr, 16));
    pair.clear();
  }
  return out;
}

}  // namespace

TEST_CASE("pcapng: a section header") {
  std::string out;
  pcapng::put_section(out, {.hardware = "x86", .system = "Linux", .application = "v 1"});
  CHECK(out == bytes("0a0d0d0a 0000003c 1a2b3c4d 0001 0000 ffffffffffffffff"
                     "0002 0003 78383600 0003 0005 4c696e75 78000000 0004 0003 76203100"
                     "0000 0000 0000003c"));
}

TEST_CASE("pcapng: an interface, its time in nanoseconds") {
  std::string out;
  pcapng::put_interface(out, {pcapng::LinkType::kEthernet, "vx42", "vni 4"});
  CHECK(out == bytes("00000001 00000034 0001 0000 00040000"
                     "0002 0004 76783432 0003 0005 766e6920 34000000 0009 0001 09000000"
                     "0000 0000 00000034"));
  out.clear();
  pcapng::put_interface(out, {pcapng::LinkType::kRaw, "a", ""});
  CHECK(out == bytes("00000001 00000028 0065 0000 00040000 0002 0001 61000000 0009 0001 09000000"
                     "0000 0000 00000028"));
}

TEST_CASE("pcapng: a packet of several pieces, padded, with direction, loss and comment") {
  const std::array<std::uint8_t, 3> head{1, 2, 3};
  const std::array<std::uint8_t, 2> tail{4, 5};
  const std::array<BytesView, 2> pieces{head, tail};
  std::string out = "before";
  pcapng::put_packet(out, {.interface = 7,
                           .time = 0x0102030405060708,
                           .pieces = pieces,
                           .direction = pcapng::Direction::kOutbound,
                           .lost_before = 9,
                           .comment = "why"});
  CHECK(out == "before" + bytes("00000006 00000048 00000007 01020304 05060708 00000005 00000005"
                                "01020304 05000000 0002 0004 00000002 0004 0008 0000000000000009"
                                "0001 0003 77687900 0000 0000 00000048"));
}

TEST_CASE("pcapng: a packet that is only bytes") {
  const std::array<std::uint8_t, 4> all{1, 2, 3, 4};
  const BytesView piece = all;
  std::string out;
  pcapng::put_packet(out, {.pieces = {&piece, 1}, .comment = ""});
  CHECK(out == bytes("00000006 00000030 00000000 00000000 00000000 00000004 00000004 01020304"
                     "0002 0004 00000001 0000 0000 00000030"));
}

TEST_CASE("pcapng: statistics") {
  std::string out;
  pcapng::put_statistics(out, {.interface = 1, .start = 2, .end = 3, .received = 4, .lost = 5});
  CHECK(out == bytes("00000005 0000004c 00000001 00000000 00000003"
                     "0002 0008 0000000000000002 0003 0008 0000000000000003"
                     "0004 0008 0000000000000004 0005 0008 0000000000000005 0000 0000 0000004c"));
}
