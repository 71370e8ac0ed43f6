#include "tap_frames.hpp"

#include <poll.h>

#include <array>
#include <chrono>

#include "support/catch.hpp"
#include "support/naive_offload.hpp"
#include "vxtap/bytes.hpp"

namespace vxtap::test {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);
constexpr std::size_t kIpv4 = 14;
constexpr std::size_t kL4 = kIpv4 + 20;

Tins::EthernetII ipv4_head() {
  return Tins::EthernetII("02:00:00:00:00:02", "02:00:00:00:00:01") / Tins::IP("10.0.0.2", "10.0.0.1");
}

io::TapDevice opened_up(const io::TapSettings& settings) {
  auto device = io::TapDevice::open(settings);
  device.configure(settings);
  return device;
}

io::TapSettings tap_with(const std::string& name, bool offload) {
  io::TapSettings settings = plain_tap(name);
  settings.offload = offload;
  return settings;
}

}  // namespace

OpenTap::OpenTap(const std::string& name, bool offload)
    : device(opened_up(tap_with(name, offload))), queue(device.take_queue(0), buffers, offload) {}

io::TapSettings plain_tap(const std::string& name, unsigned queues) {
  io::TapSettings settings;
  settings.name = name;
  settings.queues = queues;
  return settings;
}

ReceivedFrame next_frame(io::TapQueue& queue, const std::function<bool(const Bytes&)>& wanted) {
  // One at a time, so that a frame behind the wanted one stays for the next call.
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    std::array<Frame, 1> frames;
    if (queue.read(frames) == 1) {
      Bytes bytes(frames[0].bytes.begin(), frames[0].bytes.end());
      if (wanted(bytes)) return {std::move(bytes), frames[0].offload};
      continue;
    }
    pollfd waiting{queue.fd(), POLLIN, 0};
    ::poll(&waiting, 1, 100);
  }
  FAIL("no such frame came");
  return {};
}

bool is_ipv4(const Bytes& frame, std::uint8_t protocol) {
  return load_be<std::uint16_t>(frame, 12) == 0x0800 && load_be<std::uint8_t>(frame, kIpv4 + 9) == protocol;
}

TapWrite write_frame(io::TapQueue& queue, Bytes bytes, const FrameOffload& offload) {
  const std::array<BytesView, 1> pieces{bytes};
  const Delivery frame{.pieces = pieces, .offload = offload};
  TapWrite result = TapWrite::kFull;
  queue.write({&frame, 1}, {&result, 1});
  return result;
}

Bytes udp_frame(const Bytes& payload) {
  auto frame = ipv4_head() / Tins::UDP(7777, 8888) / Tins::RawPDU(payload);
  return frame.serialize();
}

Bytes tcp_frame(const Bytes& payload) {
  Tins::TCP tcp(7777, 8888);
  tcp.seq(1000);
  tcp.ack_seq(2000);
  tcp.set_flag(Tins::TCP::ACK, 1);
  auto frame = ipv4_head() / tcp / Tins::RawPDU(payload);
  return frame.serialize();
}

void make_partial(Bytes& frame, std::size_t field_offset) {
  const auto sum = naive_pseudo_sum(frame, kIpv4, frame.size() - kL4, frame[kIpv4 + 9]);
  store_be(MutableBytes(frame), kL4 + field_offset, sum);
}

Bytes recomputed(const Bytes& frame) {
  return Tins::EthernetII(frame.data(), static_cast<std::uint32_t>(frame.size())).serialize();
}

Bytes pattern(std::size_t count) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
  return bytes;
}

}  // namespace vxtap::test
