// Everything at once, for as long as one likes, and then every packet is accounted for:
//   VXTAP_SOAK_SECONDS  how long
//   VXTAP_SOAK_RATE     frames a second from MACs never seen before, each way
#include <filesystem>
#include <future>
#include <iostream>

#include "lab/environment.hpp"
#include "lab/many_segments.hpp"
#include "lab/mixed_flow.hpp"
#include "lab/traffic.hpp"
#include "soak/books.hpp"
#include "soak/churn.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;
using namespace vxtap::soak;

namespace {

constexpr unsigned kMixed = 1, kStreams = 2, kChurn = 3, kComing = 4;  // numbers of segments
constexpr std::uint16_t kPort = 7100;
constexpr std::uint64_t kStreamBytes = 20'000'000;

/// With or without a segment that joins a group of its own.
std::string config(std::size_t self, bool coming) {
  const std::string unicast = "mode: unicast, remote: " + underlay_address(1 - self, Family::kIpv4);
  std::vector<NumberedSegment> segments{
      {kMixed, unicast},
      {kStreams, "mode: static-flood, remotes: [" + underlay_address(1 - self, Family::kIpv4) + "]"},
      {kChurn, unicast, "fdb: {ageing: 1s, limit: 262144}"}};
  if (coming) segments.push_back({kComing, "mode: multicast-group, group: 239.1.1.2"});
  return numbered_config(segments, self);
}

std::string tap(unsigned number) {
  return "vx" + std::to_string(number);
}

constexpr long kMoreResident = 8192;  ///< kB: the allocator's and the tables' slack, whatever the length

struct Health {
  long resident = 0;  ///< kB
  std::size_t descriptors = 0;
};

/// MACs that the FDB has learned, moved or let go.
std::int64_t fdb_changes(Vxtapd& daemon) {
  std::int64_t changes = 0;
  for (const std::string count : {"learned", "moved", "aged"})
    changes += daemon.stat(100 + kChurn, {"fdb", count});
  return changes;
}

Health health_of(const Vxtapd& daemon) {
  const auto directory = "/proc/" + std::to_string(daemon.pid()) + "/fd";
  std::size_t descriptors = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) (void)entry, ++descriptors;
  return {std::stol(process_status(daemon.pid(), "VmRSS")), descriptors};
}

/// TCP, one connection after another. Where senders are faster than the processors everybody loses many
/// packets, and now and then so many of one connection that it gives up.
struct Streams {
  std::string wrong;
  unsigned whole = 0, starved = 0;
};

/// One end, and what is sent from it to the other.
struct End {
  End(Wire& wire, std::size_t self) : host(wire.host(self)), daemon(wire.host(self), config(self, false)) {}

  Host& host;
  Vxtapd daemon;
  Counts before = {};
  std::uint64_t arrived_before = 0;  ///< frames of the churn, out of the TAP
  std::optional<MixedFlow> mixed = {};
  std::optional<Churn> churn = {};
  std::future<Streams> streams = {};
  MixedFlow::Result mixed_result = {};
  std::int64_t churned = 0;
};

/// Nobody asks for the other's MAC, which would be frames that nobody counts.
void introduce(Host& host, Host& other, std::size_t other_index) {
  for (const unsigned number : {kMixed, kStreams})
    host.ip("neighbour replace " + numbered_address(number, other_index) + " lladdr " +
            other.interface_mac(tap(number)) + " dev " + tap(number) + " nud permanent");
}

void begin(End& from, End& to, std::size_t to_index, std::chrono::steady_clock::time_point end) {
  from.mixed.emplace(from.host, to.host, numbered_address(kMixed, to_index),
                     MixedFlow::Options{.port = kPort, .largest = 1450 - 28, .datagrams = UINT64_MAX});
  from.churn.emplace(from.host, tap(kChurn), to.host.interface_mac(tap(kChurn)),
                     setting("VXTAP_SOAK_RATE", 20'000));
  from.streams = std::async(std::launch::async, [&from, &to, to_index, end] {
    Streams streams;
    while (streams.wrong.empty() && std::chrono::steady_clock::now() < end) {
      const auto wrong = tcp_transfer(from.host, to.host, numbered_address(kStreams, to_index), kStreamBytes);
      if (wrong.empty())
        ++streams.whole;
      else if (wrong.find(kStarved) != std::string::npos && wrong.find(kWrongContent) == std::string::npos)
        ++streams.starved;
      else
        streams.wrong = wrong;
    }
    return streams;
  });
}

void finish(End& end) {
  end.churned = static_cast<std::int64_t>(end.churn->stop());
  end.mixed_result = end.mixed->stop();
  CHECK(end.mixed_result.wrong == "");
}

void balance(const std::string& way, End& from, End& to) {
  INFO(way);
  const Counts out = Counts::of(from.daemon).since(from.before), in = Counts::of(to.daemon).since(to.before);
  const auto left = [&](unsigned number) {
    const SegmentCounts& segment = out.segments.at(100 + number);
    return segment.sent + segment.drops_out + segment.queue_drops;
  };
  const auto arrived =
      static_cast<std::int64_t>(to.host.interface_packets(tap(kChurn)).received - to.arrived_before);
  CHECK(static_cast<std::int64_t>(from.mixed_result.sent) == left(kMixed));
  CHECK(from.churned == left(kChurn));
  const std::int64_t accounted = in.accounted();
  CHECK(out.sent() == accounted);
  CHECK(in.segments.at(100 + kMixed).received ==
        static_cast<std::int64_t>(from.mixed_result.received) + socket_drops(to.host, kPort));
  CHECK(in.segments.at(100 + kChurn).received == arrived);
  std::cout << way << ": " << out.sent() << " packets sent, " << accounted << " accounted for, "
            << in.socket_drops << " of them lost in sockets and " << in.wire_drops << " on the wire; "
            << from.churned << " new MACs\n";
}

}  // namespace

TEST_CASE("soak: mixed traffic, reloads, joins and churn, and every packet is accounted for", "[soak]") {
  Wire wire(2, {.tx_offload = false});
  for (std::size_t i = 0; i < 2; ++i) {
    wire.host(i).sysctl("ipv6/conf/default/disable_ipv6", "1");
    wire.host(i).sysctl("ipv6/conf/eth0/disable_ipv6", "1");
  }
  End left(wire, 0), right(wire, 1);
  introduce(left.host, right.host, 1);
  introduce(right.host, left.host, 0);
  settle(left.daemon, right.daemon);
  for (End* one : {&left, &right}) {
    one->before = Counts::of(one->daemon);
    one->arrived_before = one->host.interface_packets(tap(kChurn)).received;
  }

  const auto lasts = seconds(setting("VXTAP_SOAK_SECONDS", 10));
  const auto end = std::chrono::steady_clock::now() + lasts;
  begin(left, right, 1, end);
  begin(right, left, 0, end);
  std::optional<Health> early;
  milliseconds longest_reload{0};
  const auto reload = [&longest_reload](End& one) {
    const auto start = std::chrono::steady_clock::now();
    CHECK(one.daemon.ctl({"--timeout", "60s", "reload"}).exit_code == 0);  // both processors have other work
    const auto took = std::chrono::steady_clock::now() - start;
    longest_reload = std::max(longest_reload, std::chrono::duration_cast<milliseconds>(took));
  };
  for (unsigned turn = 1; std::chrono::steady_clock::now() < end; ++turn) {
    std::this_thread::sleep_for(seconds(1));
    for (std::size_t i = 0; i < 2; ++i) {
      End& one = i == 0 ? left : right;
      one.daemon.rewrite(config(i, turn % 2 == 1));
      reload(one);
    }
    if (!early && std::chrono::steady_clock::now() > end - lasts / 2 && turn % 2 == 0)
      early = health_of(left.daemon);
  }
  for (std::size_t i = 0; i < 2; ++i) {
    End& one = i == 0 ? left : right;
    one.daemon.rewrite(config(i, false));
    reload(one);
  }
  const Health late = health_of(left.daemon);
  const auto changes = fdb_changes(left.daemon);
  finish(left);
  finish(right);
  for (End* one : {&left, &right}) {
    const Streams streams = one->streams.get();
    CHECK(streams.wrong == "");
    CHECK(streams.whole > 0);
    std::cout << streams.whole << " streams of " << kStreamBytes << " bytes, and " << streams.starved
              << " that gave up\n";
  }
  settle(left.daemon, right.daemon);
  balance("to the right", left, right);
  balance("to the left", right, left);

  REQUIRE(early);
  std::cout << "resident " << early->resident << " kB half-way, " << late.resident
            << " kB at the end; descriptors " << early->descriptors << ", " << late.descriptors << '\n';
  std::cout << "the longest reload took " << longest_reload.count() << " ms; "
            << changes / static_cast<std::int64_t>(lasts.count()) << " changes of the FDB a second\n";
  CHECK(late.descriptors == early->descriptors);
  CHECK(late.resident <= early->resident + kMoreResident);
}
