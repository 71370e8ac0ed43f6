// The process gets no more memory than it has: RLIMIT_AS, or the host's overcommit limit.
#include <algorithm>
#include <cstdio>

#include "faults/fault_site.hpp"
#include "lab/many_segments.hpp"
#include "lab/packets.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

constexpr std::size_t kMacs = 60'000;  // more than the pages that the process has left can hold
constexpr std::size_t kAtOnce = 250;

std::string numbered_mac(std::size_t number) {
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "02:aa:00:%02x:%02x:%02x",
                static_cast<unsigned>(number >> 16 & 0xFF), static_cast<unsigned>(number >> 8 & 0xFF),
                static_cast<unsigned>(number & 0xFF));
  return text.data();
}

/// Frames from MACs never seen before, through the kernel's tunnel.
void flood_macs(Host& host, const std::string& destination) {
  for (std::size_t number = 0; number < kMacs;) {
    std::vector<Bytes> frames;
    for (std::size_t i = 0; i < kAtOnce; ++i)
      frames.push_back(test_frame(numbered_mac(number++), destination));
    send_frames(host, "vx42", frames);
  }
}

}  // namespace

TEST_CASE("faults: the process gets no more memory") {
  FaultSite site;
  const std::string process = std::to_string(site.daemon().pid());
  const auto kilobytes = std::stoul(process_status(site.daemon().pid(), "VmSize"));
  site.daemon().rewrite(segment_config({.self = 0}, unicast_to(1)) + more_segments(101, 200));
  const auto learned = [&] { return site.daemon().stat(42, {"fdb", "learned"}); };

  site.survive({"out of memory",
                [&] {
                  site.near().must("prlimit --pid " + process + " --as=" + std::to_string(kilobytes * 1024) +
                                   ":");
                  flood_macs(site.far(), site.near().interface_mac("vx42"));
                },
                [&] {
                  // Answered or not, each is worth a try, and many together find memory that one would not.
                  for (int i = 0; i < 20; ++i) {
                    site.daemon().ctl({"fdb", "show"});
                    site.daemon().ctl({"stats"});
                    site.daemon().ctl({"doctor"});
                  }
                  return site.daemon().ctl({"reload"}).exit_code != 0;
                },
                [&] { site.near().must("prlimit --pid " + process + " --as=unlimited:"); }});

  CHECK_FALSE(site.near().interface_mtu("vx101").has_value());
  CHECK(site.daemon().ctl({"reload"}).exit_code == 0);
  CHECK(site.near().interface_mtu("vx300").has_value());
  CHECK(learned() > 0);
}
