#include <array>
#include <bitset>

#include "conformance/datagrams.hpp"
#include "conformance/topic.hpp"
#include "support/catch.hpp"

// RFC 6040: the four values of the ECN field, outer across and inner down.

using namespace vxtap::conformance;
using vxtap::lab::Bytes;
using vxtap::lab::Family;

namespace {

constexpr std::uint8_t kDscp = 0x28 << 2;

std::string two_bits(unsigned value) {
  return std::bitset<2>(value).to_string();
}

/// Inner packets of one field in outer ones of all four: the field of what comes out.
std::string decapsulated(Stage& stage, Family inner, std::uint8_t field) {
  std::string text;
  for (std::uint8_t outer = 0; outer < 4; ++outer) {
    auto spec = datagram_out(stage, inner);
    std::swap(spec.source_mac, spec.destination_mac);
    std::swap(spec.source, spec.destination);
    spec.tos = static_cast<std::uint8_t>(kDscp | field);
    const auto frames = stage.let_in({vxtap::lab::vxlan(42, vxtap::lab::udp_frame(spec))}, {.tos = outer});
    text += outer == 0 ? "" : " ";
    if (frames.empty()) {
      text += "drop";
      continue;
    }
    const auto tos = vxtap::lab::inner_tos(frames.front()).value_or(0);
    spec.tos = tos;
    text += two_bits(tos & 3U);
    // libtins writes the header checksum that belongs to the new field.
    if ((tos & ~3U) != kDscp || frames.front() != vxtap::lab::udp_frame(spec)) text += " and spoilt";
  }
  return text;
}

/// Inner packets of all four fields: the outer field.
std::string encapsulated(Stage& stage, Family inner) {
  std::string text;
  for (std::uint8_t field = 0; field < 4; ++field) {
    auto spec = datagram_out(stage, inner);
    spec.tos = field;
    text += (field == 0 ? "" : " ") + two_bits(stage.outer_of(vxtap::lab::udp_frame(spec)).tos);
  }
  return text;
}

std::string name_of(Family family) {
  return family == Family::kIpv4 ? "IPv4" : "IPv6";
}

}  // namespace

TEST_CASE("conformance: ecn") {
  constexpr std::array<const char*, 4> kRows{"00 00 00 drop", "01 01 01 11", "10 01 10 11", "11 11 11 11"};
  std::vector<Case> cases;
  for (const Family outer : {Family::kIpv4, Family::kIpv6}) {
    for (const Family inner : {Family::kIpv4, Family::kIpv6}) {
      const std::string families = name_of(inner) + " in " + name_of(outer);
      for (std::uint8_t field = 0; field < 4; ++field)
        cases.push_back({families + ", inner " + two_bits(field) + ", outer 00 01 10 11",
                         {.family = outer},
                         [=](Stage& stage) { return decapsulated(stage, inner, field); },
                         kRows.at(field)});
      cases.push_back({families + ", encapsulated from inner 00 01 10 11",
                       {.family = outer},
                       [=](Stage& stage) { return encapsulated(stage, inner); },
                       "00 01 10 10"});
    }
  }
  run_topic("ecn", cases);
}
