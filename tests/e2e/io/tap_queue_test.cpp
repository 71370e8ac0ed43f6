#include "io/tap_queue.hpp"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "own_namespace.hpp"
#include "support/catch.hpp"
#include "tap_frames.hpp"

using namespace vxtap;
using test::Bytes;
using test::OpenTap;
using test::OwnNamespace;
using test::pattern;
using test::run;
using test::udp_frame;
using test::write_frame;

namespace {

/// An AF_PACKET socket on an interface: what the host sees and sends there.
class HostSide {
 public:
  explicit HostSide(int index) : fd_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) {
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = __builtin_bswap16(ETH_P_ALL);
    place.sll_ifindex = index;
    REQUIRE(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&place), sizeof place) == 0);
  }

  void send(const Bytes& frame) {
    REQUIRE(::send(fd_.get(), frame.data(), frame.size(), 0) == static_cast<ssize_t>(frame.size()));
  }

  /// Waits for the next UDP frame that came in from the TAP's writer.
  Bytes receive() {
    for (;;) {
      pollfd waiting{fd_.get(), POLLIN, 0};
      REQUIRE(::poll(&waiting, 1, 10000) == 1);
      Bytes frame(70000);
      sockaddr_ll from{};
      socklen_t size = sizeof from;
      const ssize_t got =
          ::recvfrom(fd_.get(), frame.data(), frame.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      REQUIRE(got >= 0);
      frame.resize(static_cast<std::size_t>(got));
      if (from.sll_pkttype != PACKET_OUTGOING && test::is_ipv4(frame, 17)) return frame;
    }
  }

 private:
  io::UniqueFd fd_;
};

bool is_udp(const Bytes& frame) {
  return test::is_ipv4(frame, 17);
}

}  // namespace

TEST_CASE("tap queue: frames of the host are read as they were sent") {
  const OwnNamespace ns;
  OpenTap tap("vx1");
  HostSide host(tap.device.index());
  for (const std::size_t size : {0u, 18u, 1400u, 1472u}) {
    const Bytes sent = udp_frame(pattern(size));
    host.send(sent);
    const auto got = test::next_frame(tap.queue, is_udp);
    CHECK(got.bytes == sent);
    CHECK_FALSE(got.offload.needs_checksum);
    CHECK(got.offload.gso == FrameOffload::Gso::kNone);
  }
}

TEST_CASE("tap queue: one read drains a batch of frames packed with headroom, and never waits") {
  const OwnNamespace ns;
  OpenTap tap("vx1");
  HostSide host(tap.device.index());
  std::array<Frame, 64> frames;
  while (tap.queue.read(frames) != 0) {
  }
  std::vector<Bytes> sent;
  for (std::size_t i = 0; i < 20; ++i) host.send(sent.emplace_back(udp_frame(pattern(100 + i))));

  // The host's own chatter may lie between.
  std::vector<Bytes> got;
  for (std::size_t round = 0; round < 2; ++round) {
    const std::size_t count = tap.queue.read(frames);
    for (std::size_t i = 1; i < count; ++i)
      CHECK(frames[i].bytes.data() ==
            frames[i - 1].bytes.data() + frames[i - 1].bytes.size() + kFrameHeadroom);
    for (std::size_t i = 0; i < count; ++i)
      if (Bytes bytes(frames[i].bytes.begin(), frames[i].bytes.end()); is_udp(bytes)) got.push_back(bytes);
  }
  CHECK(got == sent);
  std::array<Frame, 2> few;
  host.send(sent[0]);
  host.send(sent[1]);
  host.send(sent[2]);
  CHECK(tap.queue.read(few) == 2);
}

TEST_CASE("tap queue: frames written reach the host as they are") {
  const OwnNamespace ns;
  OpenTap tap("vx1");
  HostSide host(tap.device.index());
  const Bytes first = udp_frame(pattern(18));
  const Bytes second = udp_frame(pattern(1400));
  const std::array<BytesView, 3> pieces{first, BytesView(second).first(42), BytesView(second).subspan(42)};
  const std::array<Delivery, 2> frames{Delivery{std::span(pieces).first(1), {}},
                                       Delivery{std::span(pieces).subspan(1), {}}};
  std::array<TapWrite, 2> results{TapWrite::kFull, TapWrite::kFull};
  tap.queue.write(frames, results);
  CHECK(std::ranges::all_of(results, [](auto result) { return result == TapWrite::kWritten; }));
  CHECK(host.receive() == first);
  CHECK(host.receive() == second);
}

TEST_CASE("tap queue: a writer on a duplicate reaches the same interface") {
  const OwnNamespace ns;
  OpenTap tap("vx1");
  HostSide host(tap.device.index());
  io::TapQueue writer(tap.device.duplicate_queue(0), tap.buffers);
  CHECK(write_frame(writer, udp_frame(pattern(64))) == TapWrite::kWritten);
  CHECK(host.receive() == udp_frame(pattern(64)));
}

TEST_CASE("tap queue: an interface that is down takes nothing, and again when it is up") {
  const OwnNamespace ns;
  OpenTap tap("vx1");
  run("ip link set vx1 down");
  CHECK(write_frame(tap.queue, udp_frame(pattern(18))) == TapWrite::kDown);
  CHECK_FALSE(tap.queue.gone());
  run("ip link set vx1 up");
  CHECK(write_frame(tap.queue, udp_frame(pattern(18))) == TapWrite::kWritten);
}

TEST_CASE("tap queue: a deleted interface is noticed by a read and by a write") {
  const OwnNamespace ns;
  OpenTap tap("vx1");
  io::TapQueue reader(tap.device.duplicate_queue(0), tap.buffers);
  CHECK_FALSE(tap.queue.gone());
  run("ip link del vx1");
  CHECK(write_frame(tap.queue, udp_frame(pattern(18))) == TapWrite::kDown);
  CHECK(tap.queue.gone());
  std::array<Frame, 4> frames;
  CHECK(reader.read(frames) == 0);
  CHECK(reader.gone());
}

TEST_CASE("tap queue: a frame the kernel does not take costs only itself") {
  const OwnNamespace ns;
  OpenTap tap("vx1");
  HostSide host(tap.device.index());
  const Bytes runt{1, 2, 3};
  const Bytes good = udp_frame(pattern(18));
  const std::array<BytesView, 2> pieces{runt, good};
  const std::array<Delivery, 2> frames{Delivery{std::span(pieces).first(1), {}},
                                       Delivery{std::span(pieces).subspan(1), {}}};
  std::array<TapWrite, 2> results{TapWrite::kWritten, TapWrite::kFull};
  tap.queue.write(frames, results);
  CHECK(results[0] == TapWrite::kFull);
  CHECK(results[1] == TapWrite::kWritten);
  CHECK(host.receive() == good);
}
