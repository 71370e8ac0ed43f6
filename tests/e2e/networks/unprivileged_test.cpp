#include "lab/unprivileged.hpp"
#include "lab/everyday.hpp"
#include "lab/example.hpp"
#include "lab/setting.hpp"

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr auto kNetwork = "unprivileged";

/// What the file has root do beforehand, for the user of the test in alice's place.
void prepare_tap(Host& host) {
  const std::string alice = " alice ";
  for (std::string command : commands_in(example(kNetwork, "h1"))) {
    if (const auto at = command.find(alice); at != std::string::npos)
      command.replace(at, alice.size(), " " + std::to_string(kPlainUser) + " ");
    host.must(command);
  }
}

struct Site {
  explicit Site(Peer peer) {
    prepare_tap(wire.host(0));
    near.emplace(wire.host(0), example(kNetwork, "h1"), kPlainUser);
    if (peer == Peer::kVxtapd)
      far.emplace(wire.host(1), example(kNetwork, "h2"));
    else
      add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
  }

  Wire wire{2};
  std::optional<Vxtapd> near, far;
};

}  // namespace

TEST_CASE("unprivileged: a user's daemon without a capability carries everyday traffic") {
  Site site(GENERATE(Peer::kVxtapd, Peer::kKernel));
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
    CHECK(process_status(site.near->pid(), set) == "0000000000000000");
  CHECK(process_status(site.near->pid(), "Uid") == "4242\t4242\t4242\t4242");
  CHECK(site.near->json({"show", "42"}).at(0).at("vni") == 42);

  check_everyday_traffic({site.wire.host(0), "10.42.0.1"}, {site.wire.host(1), "10.42.0.2"});

  // Everything is as wanted, and a daemon that wants no more has nothing to warn of.
  CHECK_THAT(site.near->log(), ContainsSubstring("running: 1 segment, 1 remote"));
  CHECK_THAT(site.near->log(), !ContainsSubstring("warning"));
}

TEST_CASE("unprivileged: the TAP outlives the daemon, and the next one takes it up") {
  Site site(Peer::kKernel);
  const unsigned index = site.wire.host(0).interface_index("vx42");
  site.near.reset();
  CHECK(site.wire.host(0).interface_index("vx42") == index);

  site.near.emplace(site.wire.host(0), example(kNetwork, "h1"), kPlainUser);
  check_everyday_traffic({site.wire.host(0), "10.42.0.1"}, {site.wire.host(1), "10.42.0.2"});
  CHECK_THAT(site.near->log(), !ContainsSubstring("warning"));
}
