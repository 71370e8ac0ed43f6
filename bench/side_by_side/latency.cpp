#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "cpu_time.hpp"
#include "lab/echo_server.hpp"
#include "lab/traffic.hpp"
#include "statistics.hpp"
#include "workload.hpp"

namespace vxtap::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Times = std::vector<std::chrono::nanoseconds>;

constexpr std::uint16_t kPort = 7103;

/// Round trips of a small request to a UDP server. A lost one costs a second and is not among them.
Times udp_round_trips(const Path& path, std::chrono::duration<double> length) {
  const lab::Endpoint endpoint(path.address, kPort);
  const lab::EchoServer server(path.far, endpoint);
  const lab::UniqueFd socket = lab::connected_socket(path.near, SOCK_DGRAM, endpoint, lab::seconds(1));
  std::array<char, 64> request{};
  std::array<char, 64> answer{};
  Times times;
  for (const auto end = Clock::now() + length; Clock::now() < end;) {
    const auto start = Clock::now();
    if (send(socket.get(), request.data(), request.size(), 0) < 0) continue;
    if (recv(socket.get(), answer.data(), answer.size(), 0) < 0) continue;
    times.push_back(Clock::now() - start);
  }
  return times;
}

Times icmp_round_trips(const Path& path, std::chrono::duration<double> length) {
  return lab::ping_times(path.near, path.address,
                         std::chrono::duration_cast<std::chrono::nanoseconds>(length));
}

template <typename RoundTrips>
Measurement measure(RoundTrips round_trips, const Path& path, const RunSettings& settings) {
  const Stopwatch stopwatch;
  const Times times = round_trips(path, settings.length);
  const double seconds = stopwatch.seconds();
  const double cpu_seconds = stopwatch.cpu_seconds();
  if (times.empty()) throw std::runtime_error("no request was answered");
  std::vector<double> microseconds;
  for (const auto time : times) microseconds.push_back(static_cast<double>(time.count()) / 1e3);
  std::ranges::sort(microseconds);
  return {median(microseconds),
          seconds,
          cpu_seconds,
          {{"p99_us", microseconds[microseconds.size() * 99 / 100]},
           {"round_trips", static_cast<double>(microseconds.size())}}};
}

}  // namespace

Measurement run_request_response(const Path& path, const RunSettings& settings) {
  return measure(udp_round_trips, path, settings);
}

Measurement run_icmp(const Path& path, const RunSettings& settings) {
  return measure(icmp_round_trips, path, settings);
}

}  // namespace vxtap::bench
