#include "inspect/pcapng_tally.hpp"

#include "inspect/pcapng.hpp"
#include "support/catch.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace vxtap::inspect;

namespace {

void put_packet(std::string& out, std::size_t size, std::uint64_t lost = 0) {
  const test::Bytes bytes(size, 6);
  const BytesView piece = bytes;
  pcapng::put_packet(out, {.pieces = {&piece, 1}, .lost_before = lost, .comment = "a comment"});
}

std::string file(bool with_end) {
  std::string out;
  pcapng::put_section(out, {"h", "s", "a"});
  pcapng::put_interface(out, {pcapng::LinkType::kRaw, "one", ""});
  for (std::size_t size = 0; size < 70; ++size) put_packet(out, size, size == 33 ? 5 : 0);
  if (with_end) {
    pcapng::put_statistics(out, {.interface = 0, .received = 76, .lost = 6});
    pcapng::put_statistics(out, {.interface = 1, .received = 1, .lost = 1});
  }
  return out;
}

}  // namespace

TEST_CASE("pcapng tally: counts packets and losses, however the bytes arrive") {
  const std::string whole = file(true);
  const auto step = GENERATE(1, 7, 1000, 1000000);
  PcapngTally tally;
  std::string out;
  for (std::size_t at = 0; at < whole.size(); at += static_cast<std::size_t>(step))
    out += tally.take(std::string_view(whole).substr(at, static_cast<std::size_t>(step)));
  CHECK(out == whole);
  CHECK(tally.packets() == 70);
  CHECK(tally.lost() == 7);
  CHECK(tally.ended());
}

TEST_CASE("pcapng tally: what is cut in a block is left out, and the losses are those that packets told") {
  std::string cut = file(false);
  const std::string whole = cut;
  put_packet(cut, 100);
  cut.resize(cut.size() - 1);
  PcapngTally tally;
  CHECK(tally.take(cut) == whole);
  CHECK(tally.packets() == 70);
  CHECK(tally.lost() == 5);
  CHECK_FALSE(tally.ended());
}

TEST_CASE("pcapng tally: what is no pcapng is refused") {
  PcapngTally tally;
  CHECK_THROWS_AS(tally.take("{\"jsonrpc\":\"2.0\"}"), BadStream);
  PcapngTally other;
  std::string little = file(false).substr(0, 60);
  little[8] = 0x4d;
  CHECK_THROWS_AS(other.take(little), BadStream);
}
