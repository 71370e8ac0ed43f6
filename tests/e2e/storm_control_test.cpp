#include <optional>

#include "lab/many_segments.hpp"
#include "lab/observer.hpp"
#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using Direction = Observer::Direction;

namespace {

constexpr auto kKnown = "02:99:00:00:00:09";
constexpr std::uint32_t kFrames = 1000;
constexpr std::uint32_t kAtOnce = 250;  // the TAP's queue has room for 500

/// Host 0 speaks no IPv6 on its TAP, so that nothing but the case's frames is flooded.
struct Site {
  explicit Site(const std::string& rates) {
    wire.host(0).sysctl("ipv6/conf/default/disable_ipv6", "1");
    daemon.emplace(wire.host(0),
                   numbered_config({{.number = 1,
                                     .more = "storm_control: {" + rates + "}\n    fdb: {static: [{mac: \"" +
                                             kKnown + "\", remote: 192.0.2.2}]}"}}));
  }

  /// False when the daemon has not dealt with every one of them in time.
  bool send_burst(const std::string& destination) {
    for (std::uint32_t sent = 0; sent < kFrames; sent += kAtOnce) {
      std::vector<Bytes> frames;
      for (std::uint32_t mark = sent; mark < sent + kAtOnce; ++mark)
        frames.push_back(test_frame(overlay_mac(0), destination, mark));
      send_frames(wire.host(0), "vx1", frames);
      if (!eventually([&] { return passed() + held_back() == sent + kAtOnce; })) return false;
    }
    return true;
  }
  std::size_t passed() { return underlay.count(Direction::kOut, carries_test_frame); }
  std::size_t held_back() { return static_cast<std::size_t>(daemon->segment_drops(101, "storm_control")); }

  Wire wire{2, {.tx_offload = false}};
  std::optional<Vxtapd> daemon;
  Observer underlay{wire.host(0), "eth0"};
};

struct Kind {
  std::string key, destination;
};
const std::vector<Kind> kKinds{{"broadcast", "ff:ff:ff:ff:ff:ff"},
                               {"multicast", "01:00:5e:01:02:03"},
                               {"unknown_unicast", "02:99:00:00:00:01"}};

}  // namespace

TEST_CASE("storm control: of a burst some pass, the rest is counted") {
  const auto index = GENERATE(0U, 1U, 2U);
  const Kind& kind = kKinds.at(index);
  CAPTURE(kind.key);
  Site site(kind.key + ": 100");

  REQUIRE(site.send_burst(kind.destination));

  CHECK(site.passed() >= 10);
  CHECK(site.held_back() > 0);
}

TEST_CASE("storm control: what has another limit, or none, or is known passes") {
  const std::string destination =
      GENERATE(as<std::string>(), "ff:ff:ff:ff:ff:ff", "01:00:5e:01:02:03", "02:99:00:00:00:01", kKnown);
  CAPTURE(destination);
  std::string rates;
  for (const Kind& kind : kKinds)
    if (kind.destination != destination) rates += (rates.empty() ? "" : ", ") + kind.key + ": 1";
  Site site(rates);

  REQUIRE(site.send_burst(destination));

  CHECK(site.passed() == kFrames);
}

TEST_CASE("storm control: frames pass again once the burst is over") {
  Site site("broadcast: 100");
  REQUIRE(site.send_burst("ff:ff:ff:ff:ff:ff"));
  const auto before = site.passed();

  CHECK(eventually([&] {
    send_frame(site.wire.host(0), "vx1", test_frame(overlay_mac(0), "ff:ff:ff:ff:ff:ff"));
    return site.passed() >= before + 10;
  }));
}
