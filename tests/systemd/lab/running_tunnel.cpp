#include "lab/running_tunnel.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <string>

#include "lab/packets.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

namespace vxtap::lab {
namespace {

constexpr auto kSilentStation = "02:99:00:00:00:01";

}  // namespace

RunningTunnel::RunningTunnel() {
  begin();
}

RunningTunnel::RunningTunnel(const Machine::Files& files, const std::function<void(Machine&)>& install)
    : ServedTunnel(files) {
  install(machine);
  begin();
}

void RunningTunnel::begin() {
  start();
  REQUIRE(reaches(near(), "10.42.0.2"));
  send_frame(far(), "vx42", test_frame(kSilentStation, "ff:ff:ff:ff:ff:ff"));
  REQUIRE(eventually([&] { return knows_silent_station(); }));
  index_ = near().interface_index("vx42");
  near_links_.emplace(near());
  far_links_.emplace(far());
}

bool RunningTunnel::knows_silent_station() {
  return machine.must("vxtapctl -j fdb show").find(kSilentStation) != std::string::npos;
}

void RunningTunnel::check_untouched() {
  CHECK(near_links_->events("vx42") == std::vector<std::string>{});
  CHECK(far_links_->events("vx42") == std::vector<std::string>{});
  CHECK(far_links_->events("eth0") == std::vector<std::string>{});
  CHECK(near().interface_index("vx42") == index_);
  CHECK(knows_silent_station());
}

void RunningTunnel::crash() {
  const std::string before = machine.property(kService, "NRestarts");
  machine.must("systemctl kill --signal=KILL --kill-whom=main vxtapd");
  REQUIRE(eventually([&] {
    return machine.property(kService, "NRestarts") != before &&
           machine.property(kService, "ActiveState") == "active";
  }));
}

void RunningTunnel::check_transfers(std::uint64_t bytes,
                                    const std::vector<std::function<void()>>& interruptions) {
  const auto received = [&] { return far().interface_packets("vx42").received_bytes; };
  std::atomic<bool> over = false;
  // One after the other: how many fit beside the interruptions is the machine's to say.
  const auto transfers = [&](Host& from, Host& to, const std::string& address) {
    std::string fault;
    do fault = tcp_transfer(from, to, address, bytes);
    while (fault.empty() && !over);
    return fault;
  };
  auto out = std::async(std::launch::async, [&] { return transfers(near(), far(), "10.42.0.2"); });
  auto back = std::async(std::launch::async, [&] { return transfers(far(), near(), "10.42.0.1"); });
  const auto under_way = [&] { return out.wait_for(milliseconds(1)) != std::future_status::ready; };
  for (const auto& interruption : interruptions) {
    const std::uint64_t due = received() + bytes / (interruptions.size() + 1);
    while (received() < due && under_way()) continue;
    CHECK(under_way());
    interruption();
  }
  over = true;
  CHECK(out.get() == "");
  CHECK(back.get() == "");
}

}  // namespace vxtap::lab
