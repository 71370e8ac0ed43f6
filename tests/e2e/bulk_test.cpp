#include "lab/traffic.hpp"
#include "lab/tunnel.hpp"
#include "support/catch.hpp"

// A gigabyte in each direction (less under the sanitizers), every byte compared. Long: label `bulk`.

using namespace vxtap::lab;

namespace {

constexpr std::uint64_t kBytes = std::uint64_t{VXTAP_TEST_BULK_MEGABYTES} * 1'000'000;

void check_bulk(Peer peer, Family underlay, bool tx_offload) {
  Tunnel tunnel(peer, underlay, {.tx_offload = tx_offload});
  REQUIRE(reaches(tunnel.near(), overlay_address(1, Family::kIpv4)));
  const Family inner = underlay;
  CHECK(tcp_transfer(tunnel.near(), tunnel.far(), overlay_address(1, inner), kBytes) == "");
  CHECK(tcp_transfer(tunnel.far(), tunnel.near(), overlay_address(0, inner), kBytes) == "");
}

}  // namespace

TEST_CASE("bulk: much to and from a kernel peer, default offloads") {
  check_bulk(Peer::kKernel, Family::kIpv4, true);
}
TEST_CASE("bulk: much to and from a kernel peer, plain wire") {
  check_bulk(Peer::kKernel, Family::kIpv4, false);
}
TEST_CASE("bulk: much to and from a kernel peer over IPv6") {
  check_bulk(Peer::kKernel, Family::kIpv6, true);
}
TEST_CASE("bulk: much between two vxtapd, default offloads") {
  check_bulk(Peer::kVxtapd, Family::kIpv4, true);
}
TEST_CASE("bulk: much between two vxtapd, plain wire") {
  check_bulk(Peer::kVxtapd, Family::kIpv4, false);
}
