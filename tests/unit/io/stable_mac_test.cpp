#include "io/stable_mac.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "support/catch.hpp"

using namespace vxtap;
using io::stable_mac;

namespace {

const VtepAddress kLocal = VtepAddress::from_v4({192, 0, 2, 1});
constexpr const char* kMachine = "0123456789abcdef0123456789abcdef";

}  // namespace

TEST_CASE("stable mac: the same input always gives the same address") {
  CHECK(stable_mac(kMachine, "vx42", kLocal) ==
        stable_mac(std::string(kMachine), std::string("vx42"), kLocal));
}

TEST_CASE("stable mac: kept over releases, since neighbours remember it") {
  CHECK(stable_mac(kMachine, "vx42", kLocal).to_string() == "1a:53:6b:2b:26:b4");
}

TEST_CASE("stable mac: machine, name and local VTEP each matter") {
  const std::set<MacAddress> all{
      stable_mac(kMachine, "vx42", kLocal),
      stable_mac("1123456789abcdef0123456789abcdef", "vx42", kLocal),
      stable_mac(kMachine, "vx43", kLocal),
      stable_mac(kMachine, "vx42", VtepAddress::from_v4({192, 0, 2, 2})),
      stable_mac("", "vx42", kLocal),
      stable_mac("ab", "c", kLocal),
      stable_mac("a", "bc", kLocal),
  };
  CHECK(all.size() == 7);
}

TEST_CASE("stable mac: locally administered unicast, and no two alike among many TAPs") {
  std::set<MacAddress> all;
  for (int i = 0; i < 20000; ++i) {
    const MacAddress mac = stable_mac(kMachine, "vx" + std::to_string(i), kLocal);
    REQUIRE((mac.octets()[0] & 0x03) == 0x02);
    all.insert(mac);
  }
  CHECK(all.size() == 20000);
}

TEST_CASE("stable mac: names that differ in one character differ in about half the bits") {
  std::array<int, 48> flips{};
  constexpr int kPairs = 2000;
  for (int i = 0; i < kPairs; ++i) {
    const std::string name = "t" + std::to_string(i);
    const auto difference =
        stable_mac(kMachine, name + "0", kLocal).to_u64() ^ stable_mac(kMachine, name + "1", kLocal).to_u64();
    for (unsigned bit = 0; bit < 48; ++bit) flips[bit] += static_cast<int>(difference >> bit & 1);
  }
  for (unsigned bit = 0; bit < 48; ++bit) {
    INFO("bit " << bit);
    if (bit == 40 || bit == 41)
      CHECK(flips[bit] == 0);  // the group and the local bit
    else
      CHECK(std::abs(flips[bit] - kPairs / 2) < kPairs / 10);
  }
}

TEST_CASE("machine id: a line of the files that machine-id(5) names, or nothing") {
  const std::string id = io::machine_id();
  CHECK(id.find('\n') == std::string::npos);
  std::string expected;
  std::ifstream file("/etc/machine-id");
  if (std::getline(file, expected) && !expected.empty()) CHECK(id == expected);
}
