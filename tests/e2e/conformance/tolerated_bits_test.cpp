#include "conformance/datagrams.hpp"
#include "conformance/topic.hpp"
#include "support/catch.hpp"

// Reserved bits that the segment tolerates.

using namespace vxtap::conformance;

namespace {

Setup tolerating(const std::string& bits) {
  return {.segments = {{.underlay = "reserved_bits: " + bits}}};
}

}  // namespace

TEST_CASE("conformance: tolerated bits") {
  const auto kernel = no_such_setting("Linux has had one since 6.14, iproute2 here has no word for it");
  run_topic("tolerated bits",
            {
                {"strict", tolerating("strict"), each_reserved_bit, "0 of 39 passed"},
                {"ignore", tolerating("ignore"), each_reserved_bit, "39 of 39 passed", kernel},
                {"the last eight", tolerating("0xff"), each_reserved_bit, "8 of 39 passed", kernel},
                {"the first", tolerating("0x8000000000000000"), each_reserved_bit, "1 of 39 passed", kernel},
            });
}
