#include "conformance/packet_fate.hpp"
#include "support/catch.hpp"

// Which inner packets pass an underlay of 1500 bytes, and what becomes of those that do not.

using namespace vxtap::conformance;
using vxtap::lab::Family;

namespace {

Setup device_mtu(unsigned mtu, Family family = Family::kIpv4) {
  return {.family = family, .segments = {{.mtu = mtu}}};
}

}  // namespace

TEST_CASE("conformance: mtu") {
  const Family v6 = Family::kIpv6;
  run_topic("mtu", {
                       {"MTU 1450: inner packets of 1449, 1450, 1451 bytes", device_mtu(1450),
                        fates_of({1449, 1450, 1451}), "whole, whole, refused"},
                       {"MTU 1430 over IPv6: 1429, 1430, 1431", device_mtu(1430, v6),
                        fates_of({1429, 1430, 1431}), "whole, whole, refused"},
                       {"MTU 1400: 1400, 1401", device_mtu(1400), fates_of({1400, 1401}), "whole, refused"},
                       {"MTU 1500: 1450, 1451, 1500", device_mtu(1500), fates_of({1450, 1451, 1500}),
                        "whole, 2 fragments, 2 fragments"},
                       {"MTU 1500 over IPv6: 1430, 1431, 1500", device_mtu(1500, v6),
                        fates_of({1430, 1431, 1500}), "whole, 2 fragments, 2 fragments",
                        Difference{"whole, lost, lost",
                                   "the kernel fragments IPv4 only; df: unset means the same for both"}},
                   });
}
