#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "io/socket_address.hpp"
#include "io/udp_socket.hpp"
#include "io/udp_underlay.hpp"
#include "own_namespace.hpp"
#include "support/catch.hpp"
#include "support/values.hpp"
#include "tap_frames.hpp"

using namespace vxtap;
using io::LocalVtep;
using io::UdpUnderlay;
using test::address;
using test::OwnNamespace;
using test::pattern;
using test::run;

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint16_t kPort = 4789;
constexpr std::uint16_t kFirstSource = 50000, kLastSource = 50999;

/// A namespace whose loopback carries both ends.
struct Loopback {
  Loopback() { run("ip link set lo up; ip address add 192.0.2.1/24 dev lo"); }
  OwnNamespace ns;
};

/// A plain UDP socket, that knows nothing of trains.
class Listener {
 public:
  Listener(const std::string& at, std::uint16_t port)
      : fd_(::socket(address(at).is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM, 0)) {
    const io::SocketAddress where({address(at), port}, 0);
    REQUIRE(::bind(fd_.get(), where.get(), where.size) == 0);
    const int space = 4 << 20;
    REQUIRE(::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &space, sizeof space) == 0);
  }

  /// What came so far, with the source ports. Loopback delivers before the send returns.
  std::vector<Bytes> all() {
    std::vector<Bytes> datagrams;
    Bytes buffer(70000);
    for (;;) {
      io::SocketAddress from;
      const ssize_t got =
          ::recvfrom(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT, from.get(), &from.size);
      if (got < 0) return datagrams;
      datagrams.emplace_back(buffer.begin(), buffer.begin() + got);
      source_ports.push_back(from.remote().port);
    }
  }

  std::vector<std::uint16_t> source_ports;

 private:
  io::UniqueFd fd_;
};

/// An underlay at `local` that sends from kFirstSource to kLastSource.
struct Port {
  explicit Port(const std::string& local, bool trains = true)
      : vtep{address(local), kPort, "", 0},
        underlay(io::open_receiver(vtep), io::open_path_probe(vtep), buffers, 0) {
    const io::SendProfile profile{kFirstSource, kLastSource, true, trains};
    auto pools = std::make_shared<io::SenderPools>();
    pools->push_back(std::make_shared<const io::SenderPool>(vtep, profile));
    underlay.apply({pools, trains});
  }

  io::PacketBuffers buffers{64, 65536};
  LocalVtep vtep;
  UdpUnderlay underlay;
};

/// Datagrams of one size, the last perhaps shorter, for one remote.
struct Train {
  Remote remote;
  std::size_t bytes = 0;  ///< in all
  std::size_t size = 0;   ///< of a datagram
  std::uint32_t flow_hash = 0;

  std::vector<Bytes> datagrams() const {
    const Bytes content = pattern(bytes);
    std::vector<Bytes> all;
    for (std::size_t at = 0; at < bytes; at += size)
      all.emplace_back(&content[at], &content[at] + std::min(size, bytes - at));
    return all;
  }
};

std::vector<SendResult> send(Port& port, const std::vector<Train>& trains) {
  std::vector<std::vector<Bytes>> datagrams;
  std::vector<std::vector<BytesView>> pieces;
  std::vector<Outbound> copies;
  for (const Train& train : trains) {
    const auto& of_train = datagrams.emplace_back(train.datagrams());
    pieces.emplace_back(of_train.begin(), of_train.end());
    copies.push_back({.remote = train.remote,
                      .outer = {.vni = test::vni(1), .flow_hash = train.flow_hash},
                      .pieces = pieces.back(),
                      .size = static_cast<std::uint32_t>(train.bytes),
                      .datagram_size = static_cast<std::uint32_t>(train.size)});
  }
  std::vector<SendResult> results(copies.size());
  port.underlay.send(copies, results);
  return results;
}

bool clean(const SendResult& result) {
  return result.error == 0 && result.failed == 0 && result.train_refused == 0;
}

}  // namespace

TEST_CASE("underlay: a train arrives as its datagrams, in order and whole") {
  const Loopback lo;
  const std::string local = GENERATE(as<std::string>{}, "127.0.0.1", "::1");
  const bool trains = GENERATE(true, false);
  CAPTURE(local, trains);
  Port port(local, trains);
  Listener listener(local, 9000);
  const std::vector<Train> sent{{{address(local), 9000}, 40 * 1400 + 17, 1400}};
  CHECK(clean(send(port, sent)[0]));
  CHECK(listener.all() == sent[0].datagrams());
}

TEST_CASE("underlay: every remote gets its own copies and all of them") {
  const Loopback lo;
  Port port("127.0.0.1");
  Listener one("127.0.0.1", 9000), two("127.0.0.1", 9001), three("127.0.0.2", 9000);
  const Remote to_one{address("127.0.0.1"), 9000}, to_two{address("127.0.0.1"), 9001},
      to_three{address("127.0.0.2"), 9000};
  const std::vector<Train> sent{{to_one, 5000, 1000},  {to_two, 300, 300}, {to_one, 3500, 1000},
                                {to_three, 10, 10},    {to_two, 299, 100}, {to_one, 1000, 1000},
                                {to_three, 6000, 300}, {to_three, 77, 300}};
  for (const SendResult& result : send(port, sent)) CHECK(clean(result));
  std::map<Remote, std::vector<Bytes>> expected;
  for (const Train& train : sent)
    std::ranges::copy(train.datagrams(), std::back_inserter(expected[train.remote]));
  CHECK(one.all() == expected[to_one]);
  CHECK(two.all() == expected[to_two]);
  CHECK(three.all() == expected[to_three]);
}

TEST_CASE("underlay: receives a train as one, and its datagrams singly when that is off") {
  const Loopback lo;
  const bool trains = GENERATE(true, false);
  CAPTURE(trains);
  Port sender("127.0.0.1");
  Port receiver("127.0.0.2", trains);
  const std::vector<Train> sent{{{address("127.0.0.2"), kPort}, 30 * 1000 + 5, 1000}};
  REQUIRE(clean(send(sender, sent)[0]));
  std::array<Datagram, 64> datagrams;
  Bytes content;
  std::size_t received = 0;
  while (const std::size_t count = receiver.underlay.receive(datagrams)) {
    for (const Datagram& datagram : std::span(datagrams).first(count)) {
      CHECK(datagram.source == address("127.0.0.1"));
      CHECK(datagram.source_port >= kFirstSource);
      CHECK(datagram.source_port <= kLastSource);
      CHECK(datagram.train_size == (trains ? 1000 : 0));
      std::ranges::copy(datagram.payload, std::back_inserter(content));
    }
    received += count;
  }
  CHECK(content == pattern(sent[0].bytes));
  CHECK(received == (trains ? 1 : 31));
}

TEST_CASE("underlay: a train the kernel refuses leaves datagram by datagram") {
  const Loopback lo;
  run("ip link set lo mtu 1000");
  Port port("127.0.0.1");
  Listener listener("127.0.0.1", 9000);
  const std::vector<Train> sent{{{address("127.0.0.1"), 9000}, 14000, 1400}};
  const SendResult first = send(port, sent)[0];
  CHECK((first.train_refused == EMSGSIZE || first.train_refused == EINVAL));  // newer kernels, older ones
  CHECK(first.error == 0);
  CHECK(listener.all() == sent[0].datagrams());
  // Not tried again at once.
  CHECK(clean(send(port, sent)[0]));
  CHECK(listener.all() == sent[0].datagrams());
}

TEST_CASE("underlay: what cannot be sent fails alone") {
  const Loopback lo;
  Port port("127.0.0.1");
  Listener listener("127.0.0.1", 9000);
  const Remote good{address("127.0.0.1"), 9000};
  const std::vector<Train> sent{{good, 2500, 1000},
                                {{address("203.0.113.1"), 9000}, 2500, 1000},
                                {good, 65508, 65508},
                                {good, 700, 700}};
  const auto results = send(port, sent);
  CHECK(clean(results[0]));
  CHECK(results[1].error == ENETUNREACH);
  CHECK(results[1].failed == 3);
  CHECK(results[2].error == EMSGSIZE);
  CHECK(results[2].failed == 1);
  CHECK(clean(results[3]));
  auto expected = sent[0].datagrams();
  std::ranges::copy(sent[3].datagrams(), std::back_inserter(expected));
  CHECK(listener.all() == expected);
}

TEST_CASE("underlay: a flow keeps its source port, flows spread over the range") {
  const Loopback lo;
  Port port("127.0.0.1");
  Listener listener("127.0.0.1", 9000);
  constexpr std::uint32_t kFlows = 256;
  for (int round = 0; round < 2; ++round)
    for (std::uint32_t flow = 0; flow < kFlows; ++flow)
      REQUIRE(clean(send(port, {{{address("127.0.0.1"), 9000}, 20, 20, flow << 24}})[0]));
  REQUIRE(listener.all().size() == std::size_t{2} * kFlows);
  const auto& ports = listener.source_ports;
  CHECK(std::equal(ports.begin(), ports.begin() + kFlows, ports.begin() + kFlows));
  CHECK(std::set(ports.begin(), ports.end()).size() == io::SenderPool::kSockets);
  CHECK(std::ranges::all_of(ports, [](auto p) { return p >= kFirstSource && p <= kLastSource; }));
}

TEST_CASE("underlay: a subnet's broadcast address is nobody's, however it was added") {
  const OwnNamespace ns;
  run("ip link set lo up && ip link add d0 type veth peer d1 && ip link set d0 up && ip link set d1 up");
  run("ip address add 192.0.2.1/24 dev d0 && ip address add 198.51.100.1/24 brd + dev d0");
  const auto at = [](const char* local) { return LocalVtep{address(local), kPort, "", 0}; };
  run("ip address add 203.0.113.2/31 dev d0 && ip address add 203.0.113.9/32 dev d0");
  for (const auto* broadcast : {"192.0.2.255", "198.51.100.255"})
    CHECK_THROWS_WITH(io::require_free(at(broadcast)),
                      Catch::Matchers::ContainsSubstring("no interface has this address"));
  for (const auto* own : {"192.0.2.1", "198.51.100.1", "203.0.113.2", "203.0.113.9", "127.0.0.7"})
    CHECK_NOTHROW(io::require_free(at(own)));
  run("ip address add 192.0.2.255/32 dev d0");
  CHECK_NOTHROW(io::require_free(at("192.0.2.255")));
}
