#include <cerrno>
#include <future>
#include <system_error>
#include <vector>

#include "lab/pattern.hpp"
#include "lab/sockets.hpp"
#include "lab/traffic.hpp"

namespace vxtap::lab {
namespace {

constexpr std::uint64_t kSeed = 0x7678746170;
constexpr std::size_t kChunk = std::size_t{256} * 1024;
constexpr seconds kStall{30};  // TCP that was starved waits longer and longer before it tries again

/// What became of a call that failed, with kStarved when that was waiting alone.
std::string stopped(const std::string& where, int error) {
  const bool waited = error == EAGAIN || error == EINPROGRESS || error == ETIMEDOUT;
  return where + (waited ? kStarved : std::generic_category().message(error)) + "; ";
}

std::string send_stream(const UniqueFd& socket, std::uint64_t bytes) {
  std::vector<std::uint8_t> chunk(kChunk);
  for (std::uint64_t done = 0; done < bytes;) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, bytes - done));
    const auto piece = std::span(chunk).first(size);
    fill_pattern(piece, kSeed, done);
    for (std::size_t sent = 0; sent < size;) {
      const ssize_t n = send(socket.get(), piece.data() + sent, size - sent, MSG_NOSIGNAL);
      if (n <= 0) return stopped("sending byte " + std::to_string(done + sent) + ": ", errno);
      sent += static_cast<std::size_t>(n);
    }
    done += size;
  }
  shutdown(socket.get(), SHUT_WR);
  return {};
}

std::string receive_stream(const UniqueFd& socket, std::uint64_t bytes) {
  std::vector<std::uint8_t> chunk(kChunk);
  std::uint64_t done = 0;
  while (true) {
    const ssize_t n = recv(socket.get(), chunk.data(), chunk.size(), 0);
    if (n < 0) return stopped("receiving byte " + std::to_string(done) + ": ", errno);
    if (n == 0) break;
    const auto piece = std::span<const std::uint8_t>(chunk).first(static_cast<std::size_t>(n));
    const std::size_t good = first_difference(piece, kSeed, done);
    if (good != piece.size())
      return kWrongContent + std::string(" at byte ") + std::to_string(done + good) + "; ";
    done += piece.size();
  }
  return done == bytes ? "" : "ended at byte " + std::to_string(done) + " of " + std::to_string(bytes) + "; ";
}

}  // namespace

std::string tcp_transfer(Host& from, Host& to, const std::string& to_address, std::uint64_t bytes,
                         std::uint16_t port, std::atomic<unsigned>* accepted) try {
  const Endpoint endpoint(to_address, port);
  const UniqueFd listener = bound_socket(to, SOCK_STREAM, endpoint, kStall);
  check(listen(listener.get(), 1), "listen");
  auto received = std::async(std::launch::async, [&]() -> std::string {
    const UniqueFd socket(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (socket.get() < 0) return stopped("accepting: ", errno);
    if (accepted != nullptr) ++*accepted;
    set_patience(socket, kStall);
    return receive_stream(socket, bytes);
  });
  const UniqueFd sender = connected_socket(from, SOCK_STREAM, endpoint, kStall);
  const std::string sent = send_stream(sender, bytes);
  return sent + received.get();
} catch (const std::system_error& error) {
  return stopped(error.what() + std::string(": "), error.code().value());
}

}  // namespace vxtap::lab
