#include "conformance/stage.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "lab/wait.hpp"

namespace vxtap::conformance {
namespace {

using lab::Bytes;
using Direction = lab::Observer::Direction;

bool anything(const Bytes&) {
  return true;
}

/// Much cheaper than taking every recorded packet apart.
bool ends_with(const Bytes& bytes, const Bytes& end) {
  return bytes.size() > end.size() && std::equal(end.rbegin(), end.rend(), bytes.rbegin());
}

}  // namespace

Stage::Stage(Kind kind) : kind_(kind), wire_(1 + kRemotes, {.tx_offload = false}) {
  // Before the devices are: an IPv6 stack on them would speak of itself.
  host().sysctl("ipv6/conf/default/disable_ipv6", "1");
  for (std::size_t remote = 1; remote <= kRemotes; ++remote)
    remotes_.push_back(std::make_unique<lab::Observer>(wire_.host(remote), "eth0"));
}

void Stage::set_up(const Setup& setup) {
  if (vtep_ && setup == setup_) return;
  devices_.clear();
  vtep_.reset();
  setup_ = setup;
  vtep_ = implement(kind_, host(), setup);
  device();
}

lab::Observer& Stage::device(const std::string& name) {
  auto& observer = devices_[name];
  if (!observer) observer = std::make_unique<lab::Observer>(host(), name);
  return *observer;
}

std::string Stage::station() {
  const std::string number = std::to_string(100000 + ++stations_);
  return "02:99:00:" + number.substr(0, 2) + ":" + number.substr(2, 2) + ":" + number.substr(4, 2);
}

std::vector<Bytes> Stage::frames_to(const std::string& mac, unsigned count) {
  std::vector<Bytes> frames;
  for (unsigned i = 0; i < count; ++i) frames.push_back(frame_to(mac));
  return frames;
}

void Stage::send(const std::vector<Bytes>& frames) {
  lab::send_frames(host(), setup_.segments.front().device, frames);
}

std::vector<lab::Outer> Stage::copies(const Bytes& frame, std::size_t remote) {
  std::set<unsigned> ports;
  for (const Segment& segment : setup_.segments) {
    ports.insert(segment.port);
    for (const Remote& to : segment.remotes)
      if (to.port != 0) ports.insert(to.port);
  }
  std::vector<lab::Outer> outers;
  for (const Bytes& packet : this->remote(remote).frames(
           Direction::kIn, [&](const Bytes& bytes) { return ends_with(bytes, frame); }))
    for (const unsigned port : ports) {
      const auto outer = lab::parse_outer(packet, static_cast<std::uint16_t>(port));
      // The underlay's bridge also shows a host what is for another.
      if (outer && outer->inner() == frame && outer->destination_mac == lab::underlay_mac(remote))
        outers.push_back(*outer);
    }
  return outers;
}

bool Stage::reaches(const Bytes& frame, std::size_t remote) {
  return lab::eventually([&] { return !copies(frame, remote).empty(); });
}

lab::Outer Stage::seen(const Bytes& frame, std::size_t remote) {
  if (!reaches(frame, remote)) throw std::runtime_error("nothing arrived");
  return copies(frame, remote).front();
}

std::string Stage::spread(const std::vector<Bytes>& frames, const std::vector<std::size_t>& witnesses) {
  const Bytes last = frame_to(kBroadcast);
  send(frames);
  send(last);
  for (const std::size_t witness : witnesses)
    if (!reaches(last, witness)) return "no broadcast at remote " + std::to_string(witness);
  std::string text;
  bool twice = false;
  for (std::size_t remote = 1; remote <= kRemotes; ++remote) {
    std::size_t count = 0;
    for (const Bytes& frame : frames) {
      const auto here = copies(frame, remote).size();
      if (here > 0) ++count;
      if (here > 1) twice = true;
    }
    text += (text.empty() ? "" : " ") + std::to_string(count);
  }
  return text + (twice ? ", some twice" : "");
}

void Stage::send_good(const Bytes& frame, std::size_t remote) {
  const Segment& segment = setup_.segments.front();
  lab::send_underlying(
      wire_,
      {.from = remote, .family = setup_.family, .destination_port = static_cast<std::uint16_t>(segment.port)},
      lab::vxlan(segment.vni, frame));
}

std::size_t Stage::received() {
  return device().count(Direction::kIn, anything);
}

std::vector<Bytes> Stage::received_since(std::size_t before) {
  const Bytes last = frame_from(station());
  send_good(last, 1);
  const auto is_last = [&](const Bytes& bytes) { return bytes == last; };
  if (!device().wait_for(1, Direction::kIn, is_last)) throw std::runtime_error("a good packet was dropped");
  auto frames = device().frames(Direction::kIn, anything);
  frames.erase(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(before));
  std::erase(frames, last);
  return frames;
}

std::vector<Bytes> Stage::let_in(const std::vector<Bytes>& payloads, lab::Underlying way) {
  way.family = setup_.family;
  const auto before = received();
  for (const Bytes& payload : payloads) lab::send_underlying(wire_, way, payload);
  return received_since(before);
}

std::vector<Bytes> Stage::let_in_packets(const std::vector<Bytes>& packets) {
  const auto before = received();
  lab::send_frames(wire_.host(1), "eth0", packets);
  return received_since(before);
}

std::string Stage::verdict(const Bytes& payload, const lab::Underlying& way) {
  return let_in({payload}, way).empty() ? "dropped" : "passed";
}

void Stage::hear(const std::string& mac, std::size_t remote) {
  const Bytes frame = frame_from(mac);
  send_good(frame, remote);
  if (!device().wait_for(1, Direction::kIn, [&](const Bytes& bytes) { return bytes == frame; }))
    throw std::runtime_error("a frame from " + mac + " was dropped");
}

}  // namespace vxtap::conformance
