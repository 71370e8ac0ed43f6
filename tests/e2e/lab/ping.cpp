#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

#include <array>
#include <cstring>

#include "lab/pattern.hpp"
#include "lab/sockets.hpp"
#include "lab/traffic.hpp"

namespace vxtap::lab {
namespace {

constexpr std::size_t kHeader = 8;  // type, code, checksum, identifier, sequence
constexpr std::size_t kSize = kHeader + 56;
using Message = std::array<std::uint8_t, kSize>;

struct Protocol {
  int domain;
  int number;
  std::uint8_t request;
  std::uint8_t reply;
};
constexpr Protocol kIcmp{AF_INET, IPPROTO_ICMP, 8, 0};
constexpr Protocol kIcmpV6{AF_INET6, IPPROTO_ICMPV6, 128, 129};

/// RFC 1071. A raw ICMPv6 socket lets the kernel write its checksum instead.
std::uint16_t internet_checksum(const Message& message) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < message.size(); i += 2) sum += std::uint32_t{message[i]} << 8 | message[i + 1];
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

Message echo_request(const Protocol& protocol, std::uint16_t sequence) {
  Message message{};
  message[0] = protocol.request;
  message[6] = static_cast<std::uint8_t>(sequence >> 8);
  message[7] = static_cast<std::uint8_t>(sequence);
  fill_pattern(std::span(message).subspan(kHeader), sequence, 0);
  if (protocol.domain == AF_INET) {
    const std::uint16_t checksum = internet_checksum(message);
    message[2] = static_cast<std::uint8_t>(checksum >> 8);
    message[3] = static_cast<std::uint8_t>(checksum);
  }
  return message;
}

bool is_reply(const Protocol& protocol, const Message& request, std::span<const std::uint8_t> answer) {
  if (protocol.domain == AF_INET && !answer.empty())
    answer = answer.subspan(std::size_t{4} * (answer[0] & 0xF));
  return answer.size() == request.size() && answer[0] == protocol.reply &&
         std::equal(answer.begin() + 4, answer.end(), request.begin() + 4);
}

/// Sends the request and reads until its reply is there.
bool answered(const UniqueFd& socket, const Protocol& protocol, const Message& request,
              milliseconds patience) {
  // A route or neighbour may be missing: that is an answer that does not come.
  if (send(socket.get(), request.data(), request.size(), 0) < 0) return false;
  const auto end = std::chrono::steady_clock::now() + patience;
  std::array<std::uint8_t, 2048> buffer;
  while (std::chrono::steady_clock::now() < end) {
    const ssize_t size = recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (size < 0) continue;
    if (is_reply(protocol, request, std::span(buffer).first(static_cast<std::size_t>(size)))) return true;
  }
  return false;
}

const Protocol& protocol_to(const Endpoint& remote) {
  return remote.family() == AF_INET ? kIcmp : kIcmpV6;
}

UniqueFd echo_socket(Host& host, const Protocol& protocol) {
  UniqueFd socket = host.socket(protocol.domain, SOCK_RAW, protocol.number);
  const timeval tick{0, 50'000};  // the deadline is looked at so often
  check(setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof tick), "SO_RCVTIMEO");
  return socket;
}

}  // namespace

PingResult ping(Host& host, const std::string& address, unsigned count, milliseconds patience) {
  const Endpoint remote(address, 0);
  const Protocol& protocol = protocol_to(remote);
  const UniqueFd socket = echo_socket(host, protocol);
  PingResult result;
  if (::connect(socket.get(), remote.data(), remote.size()) < 0) return {count, 0};
  for (unsigned i = 0; i < count; ++i) {
    ++result.sent;
    const Message request = echo_request(protocol, static_cast<std::uint16_t>(i + 1));
    if (answered(socket, protocol, request, patience)) ++result.received;
  }
  return result;
}

std::vector<std::chrono::nanoseconds> ping_times(Host& host, const std::string& address,
                                                 std::chrono::nanoseconds duration) {
  using Clock = std::chrono::steady_clock;
  const Endpoint remote(address, 0);
  const Protocol& protocol = protocol_to(remote);
  const UniqueFd socket = echo_socket(host, protocol);
  check(::connect(socket.get(), remote.data(), remote.size()), "connect " + address);
  std::vector<std::chrono::nanoseconds> times;
  std::uint16_t sequence = 0;
  for (const auto end = Clock::now() + duration; Clock::now() < end;) {
    const Message request = echo_request(protocol, ++sequence);
    const auto start = Clock::now();
    if (answered(socket, protocol, request, seconds(1))) times.push_back(Clock::now() - start);
  }
  return times;
}

bool reaches(Host& host, const std::string& address, seconds patience) {
  return eventually([&] { return ping(host, address, 1, milliseconds(500)).received == 1; }, patience);
}

}  // namespace vxtap::lab
