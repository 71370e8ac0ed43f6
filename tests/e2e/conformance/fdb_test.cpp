#include "conformance/topic.hpp"
#include "support/catch.hpp"

using namespace vxtap::conformance;

namespace {

Setup flooding() {
  return {.segments = {{.remotes = all_remotes()}}};
}

std::string added(Stage& stage) {
  const auto mac = stage.station();
  stage.vtep().add({mac, "192.0.2.3"});
  return stage.spread_to(mac);
}

std::string added_and_deleted(Stage& stage) {
  const auto mac = stage.station();
  const Entry entry{mac, "192.0.2.3"};
  stage.vtep().add(entry);
  const auto before = stage.spread_to(mac);
  stage.vtep().remove(entry);
  return before + ", then " + stage.spread_to(mac);
}

std::string learned_and_deleted(Stage& stage) {
  const auto mac = stage.station();
  stage.hear(mac, 2);
  const auto before = stage.spread_to(mac);
  stage.vtep().remove({mac, "192.0.2.3"});
  return before + ", then " + stage.spread_to(mac);
}

/// A station pinned to remote 2, heard from remote 1.
std::string pinned(Stage& stage) {
  const auto mac = stage.station();
  stage.vtep().add({mac, "192.0.2.3"});
  const auto verdict = stage.verdict(vxtap::lab::vxlan(42, stage.frame_from(mac)));
  return verdict + ", " + stage.spread_to(mac);
}

/// Remote 3 is no longer one of the flood list, for no later case either.
std::string flood_list_shortened(Stage& stage) {
  stage.vtep().remove({"00:00:00:00:00:00", "192.0.2.4"});
  return stage.spread(stage.frames_to(kBroadcast, 10), {1, 2});
}

/// A station behind an address translator, which speaks from another port than it is asked at.
std::string port_it_spoke_from(Stage& stage) {
  const auto mac = stage.station();
  stage.let_in({vxtap::lab::vxlan(42, stage.frame_from(mac))}, {.source_port = 55555});
  const auto frame = stage.frame_to(mac);
  const auto is_copy = [&](const vxtap::lab::Bytes& bytes) {
    const auto outer = vxtap::lab::parse_outer(bytes, 55555);
    return outer && outer->inner() == frame;
  };
  stage.send(frame);
  return stage.remote(1).wait_for(1, vxtap::lab::Observer::Direction::kIn, is_copy) ? "55555" : "another";
}

}  // namespace

TEST_CASE("conformance: fdb") {
  run_topic("fdb", {
                       {"an entry added by hand", flooding(), added, "0 10 0"},
                       {"the same deleted", flooding(), added_and_deleted, "0 10 0, then 10 10 10"},
                       {"a learned entry deleted", flooding(), learned_and_deleted, "0 10 0, then 10 10 10"},
                       {"a pinned station heard from elsewhere", flooding(), pinned, "dropped, 0 10 0"},
                       {"a remote deleted from the flood list", flooding(), flood_list_shortened, "10 10 0"},
                       {"learn_port: the port sent to",
                        {.segments = {{.fdb = "learn_port: true"}}},
                        port_it_spoke_from,
                        "55555",
                        no_such_setting("it always sends to the device's port")},
                   });
}
