#include "inspect/build_frame.hpp"

#include <tins/tins.h>

#include <stdexcept>

#include "inspect/dissect.hpp"
#include "support/catch.hpp"
#include "support/values.hpp"

using namespace vxtap;
using namespace vxtap::test;
using inspect::build_frame;

namespace {

const auto kFrom = mac("02:00:00:00:00:0a"), kTo = mac("02:00:00:00:00:0b");

}  // namespace

TEST_CASE("build frame: what is not said is 64 bytes of an experiment") {
  CHECK(build_frame({.source = kFrom, .destination = kTo}) ==
        ethernet_frame(kTo, kFrom, std::string(64, '\0')));
  CHECK(build_frame({.source = kFrom, .destination = kTo, .size = 0}).size() == 14);
}

TEST_CASE("build frame: with a tag") {
  const auto frame = build_frame({.source = kFrom, .destination = kTo, .vlan = 99, .size = 10});
  CHECK(frame.size() == 14 + 4 + 10);
  CHECK(load_be<std::uint32_t>(frame, 12) == 0x8100'0063U);
  CHECK(load_be<std::uint16_t>(frame, 16) == kExperimental);
}

TEST_CASE("build frame: an echo request of the size that an MTU counts") {
  const bool v4 = GENERATE(true, false);
  const auto frame = build_frame({.source = kFrom,
                                  .destination = kTo,
                                  .vlan = std::nullopt,
                                  .size = 1450,
                                  .ip_source = address(v4 ? "10.0.0.1" : "fd00::1"),
                                  .ip_destination = address(v4 ? "10.0.0.2" : "fd00::2")});
  CHECK(frame.size() == 14 + 1450);
  const Tins::EthernetII parsed(frame.data(), static_cast<std::uint32_t>(frame.size()));
  if (v4) {
    CHECK(parsed.rfind_pdu<Tins::IP>().tot_len() == 1450);
    CHECK(parsed.rfind_pdu<Tins::IP>().flags() == Tins::IP::DONT_FRAGMENT);
    CHECK(parsed.rfind_pdu<Tins::ICMP>().type() == Tins::ICMP::ECHO_REQUEST);
  } else {
    CHECK(parsed.rfind_pdu<Tins::IPv6>().payload_length() == 1410);
    CHECK(parsed.rfind_pdu<Tins::ICMPv6>().type() == Tins::ICMPv6::ECHO_REQUEST);
  }
}

TEST_CASE("build frame: what cannot be built") {
  inspect::FrameSpec spec{.source = kFrom, .destination = kTo, .vlan = {}, .size = 20};
  spec.ip_source = address("10.0.0.1");
  spec.ip_destination = address("10.0.0.2");
  CHECK_THROWS_AS(build_frame(spec), std::invalid_argument);
  spec.size = 64;
  spec.ip_destination = address("fd00::2");
  CHECK_THROWS_AS(build_frame(spec), std::invalid_argument);
}
