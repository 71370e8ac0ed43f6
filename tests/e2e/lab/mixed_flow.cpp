#include "lab/mixed_flow.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "lab/pattern.hpp"

namespace vxtap::lab {
namespace {

constexpr std::uint64_t kRun = 8;  ///< datagrams of one kind
constexpr std::size_t kTiny = 16;
constexpr std::size_t kNumberSize = sizeof(std::uint64_t);

std::uint64_t random_at(std::uint64_t seed, std::uint64_t index) {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
  fill_pattern(bytes, seed, index * bytes.size());
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());
  return value;
}

}  // namespace

MixedFlow::MixedFlow(Host& from, Host& to, const std::string& to_address, const Options& options)
    : options_(options),
      receiver_(bound_socket(to, SOCK_DGRAM, Endpoint(to_address, options.port), seconds(1))),
      sender_(connected_socket(from, SOCK_DGRAM, Endpoint(to_address, options.port))) {
  const int size = 8 << 20;
  check(setsockopt(receiver_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size), "SO_RCVBUFFORCE");
  receive_thread_ = std::thread([this] { receive_all(); });
  send_thread_ = std::thread([this] { send_all(); });
}

MixedFlow::~MixedFlow() {
  if (send_thread_.joinable()) stop();
}

MixedFlow::Result MixedFlow::stop() {
  sending_ = false;
  send_thread_.join();
  receive_thread_.join();
  return {sent_, received_, wrong_};
}

std::size_t MixedFlow::size_of(std::uint64_t number) const {
  const std::uint64_t of_run = random_at(options_.port, number / kRun);
  const std::uint64_t of_datagram = random_at(options_.port + 0x10000U, number);
  const std::size_t common = (of_run >> 8) % (options_.largest + 1);
  switch (of_run % 4) {
    case 0:
      return common;
    case 1:
      return number % kRun == kRun - 1 ? of_datagram % (common + 1) : common;
    case 2:
      return of_datagram % (options_.largest + 1);
    default:
      return of_datagram % kTiny;
  }
}

void MixedFlow::fill(std::span<std::uint8_t> bytes, std::uint64_t number) const {
  fill_pattern(bytes, std::uint64_t{options_.port} << 32 ^ number, 0);
  const auto number_bytes = std::as_bytes(std::span(&number, 1));  // both ends are one machine
  std::ranges::copy(number_bytes.first(std::min(bytes.size(), kNumberSize)),
                    std::as_writable_bytes(bytes).begin());
}

void MixedFlow::send_all() {
  std::array<std::uint8_t, 65536> buffer;
  for (std::uint64_t number = 0; sending_ && number < options_.datagrams; ++number) {
    const auto piece = std::span(buffer).first(size_of(number));
    fill(piece, number);
    sent_ = number + 1;  // before it is: the receiver believes in no number beyond
    // A full queue refuses it: lost like any other.
    (void)!send(sender_.get(), piece.data(), piece.size(), 0);
    if (options_.burst != 0 && number % options_.burst == 0) std::this_thread::sleep_for(milliseconds(1));
  }
  ended_ = true;
}

void MixedFlow::receive_all() try {
  std::array<std::uint8_t, 65536> buffer;
  std::uint64_t next = 0;
  while (true) {
    const bool last_look = ended_;
    const ssize_t size = recv(receiver_.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && last_look) return;  // a second of silence after the last one
    if (size < 0) continue;
    next = identify(std::span(buffer).first(static_cast<std::size_t>(size)), next) + 1;
    ++received_;
  }
} catch (const std::runtime_error& error) {
  wrong_ = error.what();
}

std::uint64_t MixedFlow::identify(std::span<const std::uint8_t> bytes, std::uint64_t next) const {
  std::vector<std::uint8_t> expected(bytes.size());
  // One with its number in it is looked at once; a shorter one is the first that it can be, so that what is
  // due next is never put too high.
  std::uint64_t number = next;
  if (bytes.size() >= kNumberSize) std::memcpy(&number, bytes.data(), kNumberSize);
  const std::uint64_t end = bytes.size() >= kNumberSize ? number + 1 : sent_.load();
  const std::string what = std::to_string(bytes.size()) + " bytes, due was " + std::to_string(next);
  if (number < next) throw std::runtime_error("number " + std::to_string(number) + " again or late: " + what);
  if (number >= sent_) throw std::runtime_error("never sent: " + what);
  for (; number < end; ++number) {
    if (size_of(number) != bytes.size()) continue;
    fill(expected, number);
    if (std::equal(bytes.begin(), bytes.end(), expected.begin())) return number;
  }
  throw std::runtime_error("wrong size or content: " + what);
}

}  // namespace vxtap::lab
