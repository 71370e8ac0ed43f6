#include "lab/everyday.hpp"

#include "lab/traffic.hpp"
#include "support/catch.hpp"

namespace vxtap::lab {

void check_everyday_traffic(const Station& left, const Station& right) {
  constexpr std::uint64_t kMegabyte = 1'000'000;
  CAPTURE(left.address, right.address);
  REQUIRE(reaches(left.host, right.address));
  REQUIRE(reaches(right.host, left.address));
  CHECK(ping(left.host, right.address, 5).received == 5);
  CHECK(tcp_transfer(left.host, right.host, right.address, kMegabyte) == "");
  CHECK(tcp_transfer(right.host, left.host, left.address, kMegabyte) == "");

  UdpFlow there(left.host, right.host, right.address);
  UdpFlow back(right.host, left.host, left.address, 7003);
  CHECK(there.goes_on(200));
  CHECK(back.goes_on(200));
  for (UdpFlow* flow : {&there, &back}) {
    const auto result = flow->stop();
    CHECK(result.received == result.sent);
    CHECK(result.reordered == 0);
  }
}

}  // namespace vxtap::lab
