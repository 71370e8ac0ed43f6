#include "inspect/frame_filter.hpp"

#include <array>

#include "support/catch.hpp"
#include "support/ip_frames.hpp"

using namespace vxtap;
using namespace vxtap::inspect;
using test::Bytes;

namespace {

/// BPF_RET | BPF_K and BPF_JMP | BPF_JA of linux/bpf_common.h.
constexpr std::uint16_t kReturn = 0x06, kJump = 0x05;

bool takes(const std::string& expression, const Bytes& frame, FilteredFrame how = {}) {
  const FrameFilter filter(compile_filter(expression));
  const BytesView piece = frame;
  how.pieces = {&piece, 1};
  if (how.size == 0) how.size = frame.size() - how.skip;
  return filter.passes(how);
}

Bytes tagged(Bytes frame, std::uint8_t vid) {
  const Bytes tag{0x81, 0x00, 0x00, vid};
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  return frame;
}

}  // namespace

TEST_CASE("frame filter: an expression takes what it says, and nothing else") {
  CHECK(takes("udp port 53", test::udp_v4()));
  CHECK(takes("ip6 and udp", test::udp_v6()));
  CHECK(takes("ether host 02:00:00:00:00:0a", test::udp_v4()));
  CHECK_FALSE(takes("tcp", test::udp_v4()));
  CHECK_FALSE(takes("udp port 54", test::udp_v4()));
  CHECK_FALSE(takes("ip6", test::udp_v4()));
  CHECK_FALSE(takes("udp", {}));
}

TEST_CASE("frame filter: without a program all pass") {
  const FrameFilter filter({});
  CHECK(filter.passes({}));
}

TEST_CASE("frame filter: looks behind the VXLAN header") {
  const Bytes datagram = test::vxlan_datagram(test::vni(42), test::udp_v4());
  CHECK(takes("udp port 53", datagram, {.pieces = {}, .skip = 8}));
  CHECK_FALSE(takes("udp port 53", datagram));
}

TEST_CASE("frame filter: the trunk's tag is looked past, another one is not") {
  CHECK(takes("udp port 53", tagged(test::udp_v4(), 10), {.pieces = {}, .trunk_tagged = true}));
  CHECK_FALSE(takes("udp port 53", tagged(test::udp_v4(), 10)));
  CHECK(takes("vlan 10 and udp port 53", tagged(test::udp_v4(), 10)));
  CHECK(takes("vlan 20", tagged(tagged(test::udp_v4(), 20), 10), {.pieces = {}, .trunk_tagged = true}));
}

TEST_CASE("frame filter: pieces are one frame, wherever they are cut") {
  const FrameFilter filter(compile_filter("src 10.0.0.1 and dst 10.0.0.2 and udp port 53"));
  const Bytes frame = tagged(test::udp_v4(), 3);
  for (std::size_t cut = 0; cut <= frame.size(); ++cut) {
    const std::array<BytesView, 3> pieces{BytesView(frame).first(cut), BytesView(),
                                          BytesView(frame).subspan(cut)};
    CHECK(filter.passes({.pieces = pieces, .trunk_tagged = true, .size = frame.size()}));
  }
}

TEST_CASE("frame filter: its length is the frame's, however little of it is looked at") {
  const Bytes large = test::whole_v4(1400);
  CHECK(takes("greater 1442", large));
  CHECK_FALSE(takes("greater 1443", large));
  CHECK(takes("less 1442", large));
  CHECK_FALSE(takes("less 1441", large));
  CHECK(takes("len == 100", large, {.pieces = {}, .size = 100}));
  CHECK(takes("len == 1442", tagged(large, 9), {.pieces = {}, .trunk_tagged = true}));
  CHECK(takes("udp[150] = 0x78", large));
  CHECK_FALSE(takes("udp[1000] = 0x78", large));  // beyond the head
}

TEST_CASE("frame filter: a wrong expression is refused in libpcap's words") {
  CHECK_THROWS_WITH(compile_filter("udp prot 53"), Catch::Matchers::ContainsSubstring("syntax error"));
  CHECK_THROWS_AS(compile_filter("host"), BadFilter);
  CHECK(compile_filter("").size() == 1);  // "take all"
}

TEST_CASE("frame filter: a program that is none is refused") {
  const auto refused = [](std::vector<FilterInstruction> program) {
    CHECK_THROWS_AS(FrameFilter(program), BadFilter);
  };
  refused({{0x20, 0, 0, 12}});                            // ends without a return
  refused({{0x15, 5, 5, 0}, {kReturn, 0, 0, 0}});         // jumps out
  refused({{0xFFFF, 0, 0, 0}, {kReturn, 0, 0, 0}});       // no such instruction
  refused({{0x07 | 0x40, 0, 0, 0}, {kReturn, 0, 0, 0}});  // none either, though bpf_validate() lets it pass
  refused({{0x38, 0, 0, 0}, {kReturn, 0, 0, 0}});
  refused({{0x34, 0, 0, 0}, {kReturn, 0, 0, 0}});  // divides by zero
}

TEST_CASE("frame filter: whatever code a program has, it is refused or can be carried out") {
  const Bytes frame = test::udp_v4();
  const BytesView piece = frame;
  std::size_t accepted = 0;
  for (std::uint32_t code = 0; code <= UINT16_MAX; ++code) {
    const std::vector<FilterInstruction> program{{static_cast<std::uint16_t>(code), 0, 0, 1},
                                                 {kReturn, 0, 0, 1}};
    try {
      const FrameFilter filter(program);
      filter.passes({.pieces = {&piece, 1}, .size = frame.size()});
      ++accepted;
    } catch (const BadFilter&) {
      continue;
    }
  }
  CHECK(accepted > 40);
}

TEST_CASE("frame filter: a program that could run for ever is refused") {
  const std::vector<FilterInstruction> loop{{kJump, 0, 0, UINT32_MAX}, {kReturn, 0, 0, 0}};
  CHECK_THROWS_AS(FrameFilter(loop), BadFilter);
  CHECK_THROWS_WITH(FrameFilter(compile_filter("ip6 protochain 6")),
                    Catch::Matchers::ContainsSubstring("loop"));
}
