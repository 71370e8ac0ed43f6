#include "lab/departures.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "lab/packets.hpp"

namespace vxtap::lab {
namespace {

bool anything(const Bytes&) {
  return true;
}

}  // namespace

Departures::Departures(Wire& wire, std::string tap)
    : host_(wire.host(0)), tap_(std::move(tap)), underlay_(host_, "eth0") {}

Copies Departures::of(const Bytes& frame, std::size_t expected) {
  send_frame(host_, tap_, frame);
  eventually([&] { return copies(frame).size() >= expected; }, seconds(5));
  const Bytes last = test_frame(overlay_mac(0), "ff:ff:ff:ff:ff:ff", ++mark_);
  send_frame(host_, tap_, last);
  if (!eventually([&] { return !copies(last).empty(); }))
    throw std::runtime_error("nothing leaves that is put on " + tap_);
  return copies(frame);
}

Copies Departures::towards(const std::string& destination, std::size_t expected) {
  return of(test_frame(overlay_mac(0), destination, ++mark_), expected);
}

Copies Departures::copies(const Bytes& inner) const {
  Copies out;
  for (const Bytes& frame : underlay_.frames(Observer::Direction::kOut, anything)) {
    const auto outer = parse_outer(frame, 0);
    if (outer && outer->inner() == inner)
      out.push_back(with_port(outer->destination, outer->destination_port));
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace vxtap::lab
