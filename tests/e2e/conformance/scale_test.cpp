#include <linux/if_packet.h>
#include <sys/socket.h>

#include <map>
#include <sstream>

#include "conformance/datagrams.hpp"
#include "conformance/topic.hpp"
#include "lab/sockets.hpp"
#include "lab/wait.hpp"
#include "support/catch.hpp"

// A thousand VNIs on one host, each with a device of its own.

using namespace vxtap::conformance;
using vxtap::lab::Bytes;
using vxtap::lab::vxlan;
using Direction = vxtap::lab::Observer::Direction;

namespace {

constexpr unsigned kSegments = 1000;
constexpr unsigned kFirstVni = 10000;
constexpr unsigned kSampleStep = 111;  // ten of them, the first and the last among these

std::string device_name(unsigned index) {
  return "vx" + std::to_string(index);
}

Setup a_thousand() {
  Setup setup{.segments = {}};
  for (unsigned i = 0; i < kSegments; ++i)
    setup.segments.push_back({.vni = kFirstVni + i, .device = device_name(i)});
  return setup;
}

/// Packets received so far by each interface of host 0, as proc_net(5) has them.
std::map<std::string, unsigned long> received_packets(Stage& stage) {
  std::map<std::string, unsigned long> packets;
  std::istringstream lines(stage.host().proc_net("dev"));
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::istringstream in(line.substr(0, colon) + " " + line.substr(colon + 1));
    std::string name;
    unsigned long bytes = 0;
    in >> name >> bytes >> packets[name];
  }
  return packets;
}

/// On one socket: to close a thousand takes as many grace periods of the kernel.
void send_one_on_each(vxtap::lab::Host& host, const std::vector<Bytes>& frames) {
  const auto socket = host.socket(AF_PACKET, SOCK_RAW);
  for (unsigned i = 0; i < kSegments; ++i) {
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = static_cast<int>(host.interface_index(device_name(i)));
    vxtap::lab::check(
        sendto(socket.get(), frames[i].data(), frames[i].size(), 0, vxtap::lab::as_sockaddr(&to), sizeof to),
        "send on " + device_name(i));
  }
}

std::string one_frame_into_each(Stage& stage) {
  auto before = received_packets(stage);
  std::vector<Bytes> packets;
  for (unsigned i = 0; i < kSegments; ++i)
    packets.push_back(outer_packet(stage, vxlan(kFirstVni + i, stage.frame_from(stage.station()))));
  vxtap::lab::send_frames(stage.wire().host(1), "eth0", packets);
  unsigned with_one = 0;
  vxtap::lab::eventually([&] {
    auto now = received_packets(stage);
    with_one = 0;
    for (unsigned i = 0; i < kSegments; ++i)
      if (now[device_name(i)] == before[device_name(i)] + 1) ++with_one;
    return with_one == kSegments;
  });
  return std::to_string(with_one) + " devices with 1";
}

/// The frames of all devices are alike but for their marks, so each is known by the VNI of its one copy.
std::string one_frame_out_of_each(Stage& stage) {
  std::vector<Bytes> frames = stage.frames_to(kBroadcast, kSegments);
  send_one_on_each(stage.host(), frames);
  stage.seen(frames.back());
  std::size_t right = 0;
  for (unsigned i = 0; i < kSegments; ++i) {
    stage.seen(frames[i]);
    const auto copies = stage.copies(frames[i], 1);
    if (copies.size() == 1 && copies.front().vni() == kFirstVni + i) ++right;
  }
  return std::to_string(right) + " in their VNI, once";
}

std::string sample_comes_out_where_it_belongs(Stage& stage) {
  unsigned right = 0;
  for (unsigned i = 0; i < kSegments; i += kSampleStep) {
    auto& device = stage.device(device_name(i));
    const Bytes frame = stage.frame_from(stage.station());
    vxtap::lab::send_underlying(stage.wire(), {}, vxlan(kFirstVni + i, frame));
    if (device.wait_for(1, Direction::kIn, [&](const Bytes& bytes) { return bytes == frame; })) ++right;
  }
  return std::to_string(right) + " as sent";
}

std::string beside_the_thousand(Stage& stage) {
  return std::to_string(stage
                            .let_in({vxlan(kFirstVni - 1, stage.frame_from(stage.station())),
                                     vxlan(kFirstVni + kSegments, stage.frame_from(stage.station()))})
                            .size()) +
         " passed";
}

}  // namespace

TEST_CASE("conformance: scale") {
  const Setup thousand = a_thousand();
  run_topic(
      "scale",
      {
          {"1000 VNIs: a frame into each", thousand, one_frame_into_each, "1000 devices with 1"},
          {"1000 VNIs: a frame out of each", thousand, one_frame_out_of_each, "1000 in their VNI, once"},
          {"1000 VNIs: a sample of ten", thousand, sample_comes_out_where_it_belongs, "10 as sent"},
          {"1000 VNIs: two others", thousand, beside_the_thousand, "0 passed"},
      });
}
