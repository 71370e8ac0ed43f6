#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <numeric>

#include "io/socket_address.hpp"
#include "io/udp_underlay.hpp"
#include "own_namespace.hpp"
#include "support/catch.hpp"
#include "support/values.hpp"
#include "tap_frames.hpp"

using namespace vxtap;
using test::address;
using test::Bytes;
using test::OwnNamespace;
using test::pattern;
using test::run;

namespace {

/// A namespace whose loopback carries both ends.
struct Loopback {
  explicit Loopback(const std::string& mtu = "65536") { run("ip link set lo up mtu " + mtu); }
  OwnNamespace ns;
};

/// What one recvmsg() brought.
struct Message {
  Bytes content;
  int train_size = 0;  ///< as UDP_GRO says it, 0 when it says nothing
  int tos = 0;
  bool operator==(const Message&) const = default;
};

/// A plain UDP socket that asks for trains and reads the kernel's word on them by itself.
class TrainListener {
 public:
  explicit TrainListener(const Remote& at)
      : fd_(::socket(at.address.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    set(SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20);
    set(SOL_SOCKET, SO_RCVTIMEO, timeval{10, 0});
    set(SOL_UDP, UDP_GRO, 1);
    if (at.address.is_v4())
      set(IPPROTO_IP, IP_RECVTOS, 1);
    else
      set(IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
    const io::SocketAddress where(at, 0);
    REQUIRE(::bind(fd_.get(), where.get(), where.size) == 0);
  }

  /// Waits until `bytes` have come, and sees to it that there is no more.
  std::vector<Message> receive(std::size_t bytes) {
    std::vector<Message> messages;
    for (std::size_t got = 0; got < bytes; got += messages.back().content.size()) {
      REQUIRE(receive_one(messages.emplace_back(), 0));
    }
    Message more;
    CHECK_FALSE(receive_one(more, MSG_DONTWAIT));
    return messages;
  }

 private:
  template <typename T>
  void set(int level, int option, const T& value) {
    REQUIRE(::setsockopt(fd_.get(), level, option, &value, sizeof value) == 0);
  }

  bool receive_one(Message& message, int flags) {
    message.content.resize(70000);
    iovec piece{message.content.data(), message.content.size()};
    alignas(cmsghdr) std::array<char, 256> control{};
    msghdr header{};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(fd_.get(), &header, flags);
    if (got < 0) return false;
    message.content.resize(static_cast<std::size_t>(got));
    for (cmsghdr* word = CMSG_FIRSTHDR(&header); word != nullptr; word = CMSG_NXTHDR(&header, word)) {
      const bool tos = word->cmsg_level != SOL_UDP;
      const std::size_t size = std::min(word->cmsg_len - CMSG_LEN(0), sizeof(int));
      std::memcpy(tos ? &message.tos : &message.train_size, CMSG_DATA(word), size);
    }
    return true;
  }

  io::UniqueFd fd_;
};

/// An underlay at `local` that sends.
struct Port {
  explicit Port(const VtepAddress& local, bool trains = true)
      : underlay(io::open_receiver({local, 4789, "", 0}), {}, buffers, 0) {
    const io::SendProfile profile{50000, 50999, true, trains};
    const io::LocalVtep vtep{local, 4789, "", 0};
    underlay.apply(
        {std::make_shared<io::SenderPools>(1, std::make_shared<const io::SenderPool>(vtep, profile)),
         trains});
  }

  io::PacketBuffers buffers{64, 65536};
  io::UdpUnderlay underlay;
};

/// One Outbound with content of its own. Every datagram comes in two pieces that do not touch.
class Copy {
 public:
  Copy(const Remote& remote, std::size_t bytes, std::size_t datagram_size, std::uint8_t tos = 0)
      : remote_(remote), content_(pattern(bytes)), datagram_size_(datagram_size), tos_(tos) {
    static std::uint8_t next = 0;
    for (auto& byte : content_) byte = static_cast<std::uint8_t>(byte + next);
    ++next;
    for (std::size_t at = 0; at < bytes; at += datagram_size) {
      const auto datagram = BytesView(content_).subspan(at, std::min(datagram_size, bytes - at));
      storage_.emplace_back(datagram.begin(), datagram.begin() + 8);
      storage_.emplace_back(datagram.begin() + 8, datagram.end());
    }
  }

  const Bytes& content() const { return content_; }
  Outbound outbound() {
    pieces_.assign(storage_.begin(), storage_.end());
    return {.remote = remote_,
            .outer = {.vni = test::vni(1), .flow_hash = 0, .tos = tos_},
            .pieces = pieces_,
            .size = static_cast<std::uint32_t>(content_.size()),
            .datagram_size = static_cast<std::uint32_t>(datagram_size_)};
  }

 private:
  Remote remote_;
  Bytes content_;
  std::size_t datagram_size_;
  std::uint8_t tos_;
  std::vector<Bytes> storage_;
  std::vector<BytesView> pieces_;
};

std::vector<SendResult> send(Port& port, std::vector<Copy>& copies) {
  std::vector<Outbound> outbound;
  outbound.reserve(copies.size());
  for (Copy& copy : copies) outbound.push_back(copy.outbound());
  std::vector<SendResult> results(copies.size());
  port.underlay.send(outbound, results);
  return results;
}

bool clean(const SendResult& result) {
  return result.error == 0 && result.failed == 0 && result.train_refused == 0;
}

Bytes joined(std::initializer_list<const Bytes*> parts) {
  Bytes all;
  for (const Bytes* part : parts) all.insert(all.end(), part->begin(), part->end());
  return all;
}

Bytes joined(const std::vector<Message>& messages) {
  Bytes all;
  for (const Message& message : messages)
    all.insert(all.end(), message.content.begin(), message.content.end());
  return all;
}

bool all_single(const std::vector<Message>& messages) {
  return std::ranges::all_of(messages, [](const Message& message) { return message.train_size == 0; });
}

Remote loopback(std::uint16_t port) {
  return {address(GENERATE(as<std::string>{}, "127.0.0.1", "::1")), port};
}

}  // namespace

TEST_CASE("underlay: a train crosses the kernel as one, and does not where offload is off") {
  const Loopback lo;
  const Remote remote = loopback(9000);
  const bool trains = GENERATE(true, false);
  CAPTURE(to_string(remote), trains);
  Port port(remote.address, trains);
  TrainListener listener(remote);
  std::vector<Copy> copies{{remote, 40 * 1400 + 17, 1400, 0xB8}};
  CHECK(clean(send(port, copies)[0]));
  const auto messages = listener.receive(copies[0].content().size());
  CHECK(joined(messages) == copies[0].content());
  CHECK(messages.size() == (trains ? 1 : 41));
  for (const Message& message : messages) {
    CHECK(message.train_size == (trains ? 1400 : 0));
    CHECK(message.tos == 0xB8);
  }
}

TEST_CASE("underlay: copies for one remote leave as one train up to one that ends it") {
  const Loopback lo;
  const Remote remote = loopback(9000), other{remote.address, 9001};
  CAPTURE(to_string(remote));
  Port port(remote.address);
  TrainListener listener(remote), bystander(other);
  std::vector<Copy> copies{
      {remote, 2000, 1000},  {other, 600, 300},     {remote, 1000, 1000},  // joined across the other remote's
      {remote, 900, 1000},   {other, 300, 300},                            // shorter: the last of its train
      {remote, 2000, 1000},  {remote, 500, 500},    {remote, 500, 500},    // a smaller one ends it as well
      {remote, 500, 500, 4}, {remote, 500, 500, 4}, {remote, 800, 800},    // another ToS; a larger one
  };
  for (const SendResult& result : send(port, copies)) CHECK(clean(result));
  const auto of = [&](std::size_t i) { return &copies[i].content(); };
  const std::vector<Message> expected{{joined({of(0), of(2), of(3)}), 1000, 0},
                                      {joined({of(5), of(6)}), 1000, 0},
                                      {*of(7), 0, 0},
                                      {joined({of(8), of(9)}), 500, 4},
                                      {*of(10), 0, 0}};
  CHECK(listener.receive(8700) == expected);
  CHECK(bystander.receive(900) == std::vector<Message>{{joined({of(1), of(4)}), 300, 0}});
}

TEST_CASE("underlay: a train holds no more than one call takes") {
  const Loopback lo;
  const Remote remote = loopback(9000);
  const auto size = GENERATE(as<std::size_t>(), 100, 9000);  // too many datagrams, too many bytes
  CAPTURE(to_string(remote), size);
  Port port(remote.address);
  TrainListener listener(remote);
  std::vector<Copy> copies;
  Bytes content;
  for (int i = 0; i < 200; ++i) {
    const Bytes& added = copies.emplace_back(remote, size, size).content();
    content.insert(content.end(), added.begin(), added.end());
  }
  for (const SendResult& result : send(port, copies)) REQUIRE(clean(result));
  const auto messages = listener.receive(content.size());
  CHECK(joined(messages) == content);
  const std::size_t most = std::min(kMaxTrainDatagrams, kMaxTrainBytes / size);
  CHECK(messages.size() == (copies.size() + most - 1) / most);
  for (const Message& message : messages) CHECK(message.content.size() <= most * size);
}

TEST_CASE("underlay: thousands of copies in one call keep each remote's order") {
  const Loopback lo;
  const Remote one = loopback(9000), two{one.address, 9001};
  CAPTURE(to_string(one));
  Port port(one.address);
  TrainListener first(one), second(two);
  std::vector<Copy> copies;
  std::array<Bytes, 2> content;
  for (std::size_t i = 0; i < 10000; ++i) {
    const Bytes& added = copies.emplace_back(i % 2 == 0 ? one : two, 20 + i % 3, 20 + i % 3).content();
    content[i % 2].insert(content[i % 2].end(), added.begin(), added.end());
  }
  for (const SendResult& result : send(port, copies)) REQUIRE(clean(result));
  CHECK(joined(first.receive(content[0].size())) == content[0]);
  CHECK(joined(second.receive(content[1].size())) == content[1]);
}

TEST_CASE("underlay: a refused train keeps its place, and its remote gets none for a while") {
  const Loopback lo("1300");
  const Remote remote = loopback(9000), other{remote.address, 9001};
  CAPTURE(to_string(remote));
  Port port(remote.address);
  TrainListener listener(remote), bystander(other);
  std::vector<Copy> copies{{remote, 1000, 500},
                           {remote, 4200, 1400},
                           {remote, 1400, 1400},
                           {remote, 1500, 500},
                           {other, 1000, 500}};
  const auto results = send(port, copies);
  for (const std::size_t i : {0u, 2u, 3u, 4u}) CHECK(clean(results[i]));
  CHECK(results[1].error == 0);
  CHECK(results[1].failed == 0);
  CHECK((results[1].train_refused == EMSGSIZE || results[1].train_refused == EINVAL));  // before Linux 6.13
  const auto of = [&](std::size_t i) { return &copies[i].content(); };
  auto messages = listener.receive(8100);
  CHECK(joined(messages) == joined({of(0), of(1), of(2), of(3)}));
  REQUIRE(messages.size() == 8);
  CHECK(messages[0] == Message{*of(0), 500, 0});
  messages.erase(messages.begin());
  CHECK(all_single(messages));
  CHECK(bystander.receive(1000) == std::vector<Message>{{*of(4), 500, 0}});

  // These would pass as trains: that they do not, and later do again, is the sender's doing.
  const auto as_train = [&] {
    std::vector<Copy> small{{remote, 1000, 500}};
    CHECK(clean(send(port, small)[0]));
    const auto arrived = listener.receive(1000);
    CHECK(joined(arrived) == small[0].content());
    return !all_single(arrived);
  };
  for (int i = 0; i < 100; ++i) REQUIRE_FALSE(as_train());
  bool again = false;
  for (int i = 0; i < 5000 && !again; ++i) again = as_train();
  CHECK(again);
}

TEST_CASE("underlay: a remote without a route fails datagram by datagram and alone") {
  const Loopback lo;
  const Remote remote = loopback(9000);
  const bool trains = GENERATE(true, false);
  CAPTURE(to_string(remote), trains);
  const Remote nowhere{address(remote.address.is_v4() ? "203.0.113.1" : "2001:db8::1"), 9000};
  Port port(remote.address, trains);
  TrainListener listener(remote);
  std::vector<Copy> copies{{remote, 2500, 1000},  {nowhere, 3000, 1000}, {remote, 1000, 1000},
                           {nowhere, 1400, 1000}, {nowhere, 20, 20},     {remote, 700, 700}};
  const auto results = send(port, copies);
  const std::array<std::uint32_t, 6> failed{0, 3, 0, 2, 1, 0};
  for (std::size_t i = 0; i < copies.size(); ++i) {
    CAPTURE(i);
    CHECK(results[i].failed == failed[i]);
    CHECK(results[i].error == (failed[i] == 0 ? 0 : ENETUNREACH));
    CHECK(results[i].train_refused == 0);
  }
  const auto of = [&](std::size_t i) { return &copies[i].content(); };
  CHECK(joined(listener.receive(4200)) == joined({of(0), of(2), of(5)}));
}
