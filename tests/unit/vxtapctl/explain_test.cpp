// `explain`, from the command line to what the daemon is asked.
#include <iostream>
#include <sstream>

#include "control/hex.hpp"
#include "ctl/arguments.hpp"
#include "ctl/explain_request.hpp"
#include "inspect/pcapng.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "unit/control/running_server.hpp"
#include "unit/vxtapctl/tool.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using test::run_tool;

namespace {

std::optional<ctl::SegmentTag> tag(std::optional<std::uint16_t> vid) {
  return vid ? std::optional(ctl::SegmentTag{*vid, "trunk0"}) : std::nullopt;
}

/// What the words come to; the segment's frames have the VID `trunk`, if any.
ctl::ExplainRequest full_request(std::vector<std::string> words,
                                 std::optional<std::uint16_t> trunk = std::nullopt,
                                 const std::string& input = "") {
  words.insert(words.begin(), {"vxtapctl", "explain"});
  std::vector<const char*> argv;
  argv.reserve(words.size());
  for (const auto& word : words) argv.push_back(word.c_str());
  const auto parsed = ctl::parse_arguments(static_cast<int>(argv.size()), argv.data());
  if (const auto* notice = std::get_if<ctl::Notice>(&parsed)) FAIL(notice->text);
  std::istringstream stream(input);
  return ctl::explain_request(std::get<ctl::Arguments>(parsed).explain,
                              {.input = stream, .tag_of = [&](Vni) { return tag(trunk); }});
}

boost::json::object request(std::vector<std::string> words, std::optional<std::uint16_t> trunk = std::nullopt,
                            const std::string& input = "") {
  return full_request(std::move(words), trunk, input).params;
}

const std::vector<std::string> kTap{"--vni", "42", "--from", "tap"};
const std::vector<std::string> kEnds{"--src", "02:00:00:00:00:0a", "--dst", "02:00:00:00:00:0b"};

std::vector<std::string> operator+(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

constexpr auto kAddresses = "02000000000b02000000000a";

}  // namespace

TEST_CASE("explain: a frame in hexadecimal, here or on standard input") {
  CHECK(control::to_text(request(kTap + std::vector<std::string>{"--frame", "0x00 01:02"})) ==
        R"({"vni":42,"from":"tap","frame":"000102"})");
  CHECK(request(kTap + std::vector<std::string>{"--frame", "-"}, {}, "00\n01 02\n").at("frame") == "000102");
  CHECK_THROWS_AS(request(kTap + std::vector<std::string>{"--frame", "0001x"}), ctl::WrongUsage);
}

TEST_CASE("explain: a frame by its fields has the trunk's tag, unless it is given another") {
  const auto plain = std::string(request(kTap + kEnds).at("frame").as_string());
  CHECK(plain.starts_with(std::string(kAddresses) + "88b5"));
  CHECK(plain.size() == std::size_t{2} * (14 + 64));
  const auto tagged = std::string(request(kTap + kEnds, 10).at("frame").as_string());
  CHECK(tagged.starts_with(std::string(kAddresses) + "8100000a88b5"));
  const auto other =
      std::string(request(kTap + kEnds + std::vector<std::string>{"--vlan", "20", "--size", "0"}, 10)
                      .at("frame")
                      .as_string());
  CHECK(other == std::string(kAddresses) + "8100001488b5");
  const auto none = full_request(kTap + kEnds + std::vector<std::string>{"--untagged"}, 10);
  CHECK(std::string(none.params.at("frame").as_string()).starts_with(std::string(kAddresses) + "88b5"));
  CHECK(none.notes.empty());
}

TEST_CASE("explain: a tag that was taken for granted is told") {
  CHECK(full_request(kTap + kEnds, 10).notes ==
        std::vector<std::string>{
            "assumed 802.1Q tag 10, as frames of this segment on trunk0 carry; --vlan gives "
            "another, --untagged none"});
  CHECK(full_request(kTap + kEnds).notes.empty());
  CHECK(full_request(kTap + kEnds + std::vector<std::string>{"--vlan", "10"}, 10).notes.empty());
  CHECK(full_request(kTap + std::vector<std::string>{"--frame", "00"}, 10).notes.empty());
}

TEST_CASE("explain: more bytes than a packet has are not read to their end") {
  std::istringstream endless(std::string(8'000'000, '0'));
  ctl::ExplainOptions options;
  options.from = "tap";
  options.vni = Vni::from(42);
  options.frame = "-";
  const ctl::ExplainSources sources{.input = endless, .tag_of = [](Vni) { return tag({}); }};
  CHECK_THROWS_WITH(ctl::explain_request(options, sources),
                    "explain: --frame: more than 65499 bytes, and no packet carries more");
  CHECK(endless.tellg() < 140'000);
  std::istringstream blanks(std::string(8'000'000, ' '));
  CHECK_THROWS_AS(ctl::explain_request(options, {.input = blanks, .tag_of = sources.tag_of}),
                  ctl::WrongUsage);
  CHECK(blanks.tellg() < 600'000);

  std::string most;
  for (int i = 0; i < 65499; ++i) most += "0x01:";
  CHECK(request(kTap + std::vector<std::string>{"--frame", "-"}, {}, most).at("frame").as_string().size() ==
        std::size_t{2} * 65499);
  options.frame = std::string(std::size_t{2} * 65500, '0');
  CHECK_THROWS_WITH(ctl::explain_request(options, sources), ContainsSubstring("more than 65499 bytes"));
}

TEST_CASE("explain: a datagram that was sent here is its frame from the TAP") {
  const auto received = full_request(std::vector<std::string>{"--from", "192.0.2.1", "--vni", "42"} + kEnds);
  const auto sources = [](std::optional<std::uint16_t> vid) {
    return ctl::ExplainSources{.input = std::cin, .tag_of = [=](Vni) { return tag(vid); }};
  };
  const auto sent = ctl::explain_sent(received, sources({}));
  REQUIRE(sent);
  CHECK(sent->params.at("from") == "tap");
  CHECK(sent->params.at("vni") == 42);
  CHECK(sent->params.at("frame") == request(kTap + kEnds).at("frame"));
  CHECK_THAT(sent->notes.at(0), ContainsSubstring("source is this VTEP, 192.0.2.1"));
  const auto tagged = ctl::explain_sent(received, sources(10));
  CHECK(tagged->params.at("frame") == request(kTap + kEnds, 10).at("frame"));
  CHECK_THAT(tagged->notes.at(1), ContainsSubstring("assumed 802.1Q tag 10"));
  CHECK_FALSE(ctl::explain_sent(full_request({"--from", "192.0.2.1", "--datagram", "08"}), sources({})));
  CHECK_FALSE(ctl::explain_sent(full_request({"--from", "192.0.2.1", "--datagram", std::string(60, '0')}),
                                sources({})));
}

TEST_CASE("explain: a datagram of a remote") {
  const std::vector<std::string> from{"--from", "192.0.2.2:50000", "--vni", "42", "--tos", "3"};
  const auto built = request(from + kEnds, 10);
  CHECK(built.at("from") == "192.0.2.2");
  CHECK(built.at("port") == 50000);
  CHECK(built.at("tos") == 3);
  CHECK(std::string(built.at("datagram").as_string())
            .starts_with("0800000000002a00" + std::string(kAddresses) + "88b5"));
  CHECK(control::to_text(request({"--from", "[2001:db8::2]:7", "--datagram", "08"})) ==
        R"({"from":"2001:db8::2","port":7,"tos":0,"datagram":"08"})");
}

TEST_CASE("explain: the frame of a TAP in a capture, and how it is asked for") {
  const test::TempDirectory directory;
  const auto file = (directory / "a.pcapng").string();
  const std::vector<std::uint8_t> frame(60, 1);
  const std::array<BytesView, 1> pieces{frame};
  std::string text;
  inspect::pcapng::put_section(text, {});
  inspect::pcapng::put_interface(text, {inspect::pcapng::LinkType::kEthernet, "vx42", ""});
  inspect::pcapng::put_packet(text, {.pieces = pieces, .comment = ""});
  test::write_file(file, text);
  CHECK(request(kTap + std::vector<std::string>{"--pcap", file}).at("frame").as_string() ==
        control::to_hex(frame));
  const auto refused = run_tool({"explain", "--pcap", file});
  CHECK(refused.code == 2);
  CHECK_THAT(refused.err, ContainsSubstring("asked for with --from tap --vni N"));
  CHECK_THAT(run_tool({"explain", "--pcap", file, "--from", "192.0.2.2"}).err,
             !ContainsSubstring("--from tap"));
}

TEST_CASE("explain: command lines that cannot be meant exit 2") {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{}, "--from is required"},
      {{"--from", "tap"}, "which frame?"},
      {{"--from", "host", "--datagram", "00"}, "host: not"},
      {{"--from", "tap", "--frame", "00"}, "--vni is required"},
      {kTap + std::vector<std::string>{"--frame", "00", "--pcap", "f"}, "which frame?"},
      {kTap + std::vector<std::string>{"--src", "02:00:00:00:00:0a"}, "go together"},
      {kTap + std::vector<std::string>{"--frame", "00", "--size", "9"}, "describe a frame"},
      {kTap + kEnds + std::vector<std::string>{"--ip-src", "10.0.0.1"}, "go together"},
      {kTap + kEnds + std::vector<std::string>{"--tos", "1"}, "--tos"},
      {kTap + std::vector<std::string>{"--datagram", "00"}, "--datagram is what a remote sends"},
      {{"--from", "192.0.2.2", "--frame", "00"}, "--frame is what a TAP hands over"},
      {kTap + std::vector<std::string>{"--frame", "zz"}, "not bytes in hexadecimal"},
      {kTap + kEnds + std::vector<std::string>{"--vlan", "1", "--ip-src", "10.0.0.1", "--ip-dst", "fd00::1"},
       "two address families"},
      {kTap + std::vector<std::string>{"--pcap", "/nonexistent"}, "/nonexistent"},
      {kTap + std::vector<std::string>{"--frame", ""}, "--frame: no bytes"},
      {kTap + kEnds + std::vector<std::string>{"--vlan", "4095"}, "not in range 1 to 4094"},
      {kTap + kEnds + std::vector<std::string>{"--vlan", "0"}, "not in range 1 to 4094"},
      {kTap + kEnds + std::vector<std::string>{"--vlan", "1", "--untagged"}, "excludes"},
      {kTap + std::vector<std::string>{"--frame", "00", "--untagged"}, "describe a frame"},
      {kTap + std::vector<std::string>{"--pcap", "f", "--packet", "0"},
       "0: not a number from 1 to 4294967295"},
  };
  for (const auto& [words, message] : cases) {
    CAPTURE(words);
    auto all = words;
    all.insert(all.begin(), "explain");
    const auto result = run_tool(all);
    CHECK(result.code == 2);
    CHECK_THAT(result.err, ContainsSubstring(message));
    CHECK(result.out == "");
  }
}
