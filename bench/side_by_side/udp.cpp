#include <stdexcept>

#include "udp_threads.hpp"
#include "window.hpp"
#include "workload.hpp"

namespace vxtap::bench {
namespace {

constexpr std::uint16_t kPort = 7102;

/// A sender and its receiver.
struct Flow {
  Flow(const Path& path, std::size_t payload, double per_second = 0)
      : receiver(path.far, lab::Endpoint(path.address, kPort)),
        sender(lab::connected_socket(path.near, SOCK_DGRAM, lab::Endpoint(path.address, kPort)), payload,
               per_second) {}

  Totals totals() const { return {sender.sent(), receiver.received()}; }

  UdpReceiver receiver;
  UdpSender sender;  // ends first
};

}  // namespace

Measurement run_udp(const Path& path, const RunSettings& settings, unsigned payload) {
  const Window window = watch(Flow(path, payload), settings.length);
  return {window.received_per_second() / 1e3,
          window.seconds,
          window.cpu_seconds,
          {{"offered_kpps", window.sent_per_second() / 1e3}}};
}

Measurement run_paced(const Path& path, const RunSettings& settings) {
  const Stopwatch stopwatch;
  Flow flow(path, kPacedPayload, settings.paced_pps);
  std::this_thread::sleep_for(settings.length);
  flow.sender.stop();
  const double seconds = stopwatch.seconds();
  const double cpu_seconds = stopwatch.cpu_seconds();
  // Whatever is under way arrives within this time or is lost.
  lab::eventually([&] { return flow.receiver.received() >= flow.sender.sent(); }, lab::seconds(1));
  const auto [sent, received] = flow.totals();
  if (received == 0) throw std::runtime_error("no datagram arrived");
  return {100.0 * (static_cast<double>(sent) - static_cast<double>(received)) / static_cast<double>(sent),
          seconds,
          cpu_seconds,
          {{"offered_kpps", static_cast<double>(sent) / seconds / 1e3},
           {"sent", static_cast<double>(sent)},
           {"lost", static_cast<double>(sent) - static_cast<double>(received)}}};
}

}  // namespace vxtap::bench
