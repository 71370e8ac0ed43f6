// `explain`, from the command line to what the daemon is asked.
#include <sstream>

#include "control/hex.hpp"
#include "ctl/arguments.hpp"
#include "ctl/explain_request.hpp"
#include "support/catch.hpp"
#include "unit/vxtapctl/tool.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using test::run_tool;

namespace {

/// The request that the words come to; the segment's frames have the VID `trunk`, if any.
boost::json::object request(std::vector<std::string> words, std::optional<std::uint16_t> trunk = std::nullopt,
                            const std::string& input = "") {
  words.insert(words.begin(), {"vxtapctl", "explain"});
  std::vector<const char*> argv;
  argv.reserve(words.size());
  for (const auto& word : words) argv.push_back(word.c_str());
  const auto parsed = ctl::parse_arguments(static_cast<int>(argv.size()), argv.data());
  if (const auto* notice = std::get_if<ctl::Notice>(&parsed)) FAIL(notice->text);
  std::istringstream stream(input);
  return ctl::explain_request(std::get<ctl::Arguments>(parsed).explain,
                              {.input = stream, .vlan_of = [&](Vni) { return trunk; }});
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
