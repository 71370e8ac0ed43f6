#include "conformance/topic.hpp"
#include "lab/wait.hpp"
#include "support/catch.hpp"

using namespace vxtap::conformance;
using vxtap::lab::Bytes;
using vxtap::lab::Family;

namespace {

Setup flooding(const std::string& kernel = "", const std::string& fdb = "", Family family = Family::kIpv4) {
  return {.family = family, .segments = {{.remotes = all_remotes(family), .kernel = kernel, .fdb = fdb}}};
}

std::string unicast_hit(Stage& stage) {
  const auto mac = stage.station();
  stage.hear(mac, 2);
  return stage.spread_to(mac);
}

std::string moved(Stage& stage) {
  const auto mac = stage.station();
  stage.hear(mac, 2);
  stage.hear(mac, 3);
  return stage.spread_to(mac);
}

/// A frame that is not let in must not teach either.
std::string refused_frame(Stage& stage) {
  const auto mac = stage.station();
  stage.let_in({vxtap::lab::vxlan(42, stage.frame_from(mac), 0x08000001)});
  return stage.spread_to(mac);
}

std::string multicast_source(Stage& stage) {
  const std::string group = "01:00:5e:01:02:03";
  stage.let_in({vxtap::lab::vxlan(42, stage.frame_from(group))}, {.from = 2});
  return stage.spread_to(group);
}

/// Three stations of remote 1, one after the other, where there is room for two.
std::string beyond_the_limit(Stage& stage) {
  std::string text;
  for (int i = 0; i < 3; ++i) {
    const auto mac = stage.station();
    stage.hear(mac, 1);
    text += (text.empty() ? "" : ", ") + stage.spread_to(mac);
  }
  return text;
}

/// Frames are sent to two stations all the time, and one of them is heard. When frames to the other flood,
/// the first one's entry must be there still.
std::string ageing(Stage& stage) {
  const auto heard = stage.station();
  const auto silent = stage.station();
  stage.hear(silent, 2);
  const auto before = stage.spread_to(silent);
  const bool floods = vxtap::lab::eventually([&] {
    stage.hear(heard, 1);
    std::this_thread::sleep_for(vxtap::lab::milliseconds(90));
    stage.send(stage.frame_to(heard));
    return stage.spread(stage.frames_to(silent, 1)) == "1 1 1";
  });
  return before + (floods ? ", then floods; " : ", for ever; ") + stage.spread_to(heard);
}

}  // namespace

TEST_CASE("conformance: learning") {
  const Family v6 = Family::kIpv6;
  run_topic("learning",
            {
                {"10 frames to a station heard from remote 2", flooding(), unicast_hit, "0 10 0"},
                {"the same over IPv6", flooding("", "", v6), unicast_hit, "0 10 0"},
                {"a station heard from 2, then from 3", flooding(), moved, "0 0 10"},
                {"a station whose frame was refused", flooding(), refused_frame, "10 10 10"},
                {"a multicast source", flooding(), multicast_source, "10 10 10"},
                {"learning off", flooding("nolearning", "learning: false"), unicast_hit, "10 10 10"},
                // The kernel counts the flood list as an entry.
                {"a third station where there is room for two", flooding("maxaddress 3", "limit: 2"),
                 beyond_the_limit, "10 0 0, 10 0 0, 10 10 10"},
                {"ageing 1 s: a station that fell silent and one that is heard, frames sent to both",
                 flooding("ageing 1", "ageing: 1s"), ageing, "0 10 0, then floods; 10 0 0",
                 Difference{"0 10 0, for ever; 10 0 0", "before Linux 6.15 sending kept an entry, too"}},
            });
}
