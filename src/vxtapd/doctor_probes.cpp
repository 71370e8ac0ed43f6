// What the remotes answer when the doctor asks them.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "inspect/path_mtu.hpp"
#include "io/system_error.hpp"
#include "vxtapd/doctor_facts.hpp"

namespace vxtap::daemon {
namespace {

using namespace std::chrono_literals;
using inspect::Facts;
using inspect::RemoteFacts;

constexpr std::size_t kMostProbed = 128;
constexpr std::size_t kMostPaths = 16;
constexpr auto kTimeForPaths = 1500ms;
constexpr auto kTimeForPath = 700ms;
/// Three requests of the kernel, at its usual retrans_time_ms.
constexpr auto kTimeForNeighbours = 2100ms;
constexpr std::uint16_t kLinuxPort = 8472;  // of the kernel's driver, unless it is told otherwise

std::vector<RemoteFacts*> reachable(Facts& facts) {
  std::vector<RemoteFacts*> remotes;
  for (auto& remote : facts.remotes)
    if (!remote.remote.address.is_multicast() && remote.route_error == 0 && remotes.size() < kMostProbed)
      remotes.push_back(&remote);
  return remotes;
}

std::vector<io::PortAnswer> ask(const std::vector<RemoteFacts*>& remotes,
                                const std::vector<std::uint16_t>& ports, const std::stop_token& stop) {
  std::vector<io::PortQuestion> questions;
  for (std::size_t i = 0; i < remotes.size(); ++i)
    questions.push_back({remotes[i]->local, {remotes[i]->remote.address, ports[i]}});
  return io::probe_ports(questions, stop);
}

/// Where nobody listens on the port, perhaps somebody does on the other usual one. That this one is not
/// refused says so only as long as the other still is: a remote refuses only so often.
void look_elsewhere(const std::vector<RemoteFacts*>& refused, const std::stop_token& stop) {
  std::vector<std::uint16_t> own;
  std::vector<std::uint16_t> other;
  for (const auto* remote : refused) {
    own.push_back(remote->remote.port);
    other.push_back(remote->remote.port == kVxlanPort ? kLinuxPort : kVxlanPort);
  }
  if (refused.empty()) return;
  const auto there = ask(refused, other, stop);
  const auto again = ask(refused, own, stop);
  for (std::size_t i = 0; i < refused.size(); ++i)
    if (there[i].kind == io::PortAnswer::Kind::kQuiet && again[i].kind == io::PortAnswer::Kind::kRefused)
      refused[i]->elsewhere = other[i];
}

/// Largest packet that the segments of the remote make, as far as the route takes it.
std::uint32_t largest_packet(const Facts& facts, const RemoteFacts& remote) {
  std::uint32_t largest = 0;
  const auto index = static_cast<std::size_t>(&remote - facts.remotes.data());
  for (const auto& segment : facts.segments) {
    if (std::ranges::find(segment.remotes, index) == segment.remotes.end()) continue;
    if (const auto* link = facts.link(facts.taps[segment.tap].name)) largest = std::max(largest, link->mtu);
  }
  if (largest == 0 || !remote.path_mtu) return 0;
  return std::min(largest + inspect::overhead(remote.local.address), *remote.path_mtu);
}

void try_paths(Facts& facts, const std::vector<RemoteFacts*>& remotes, const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + kTimeForPaths;
  std::size_t tried = 0;
  for (auto* remote : remotes) {
    const bool late = std::chrono::steady_clock::now() >= end || stop.stop_requested() || tried == kMostPaths;
    const auto size = largest_packet(facts, *remote);
    if (late) return;
    if (size == 0 || remote->port->kind == io::PortAnswer::Kind::kFailed) continue;
    ++tried;
    try {
      remote->carried =
          inspect::carries({remote->remote.address, remote->local, {}}, size, kTimeForPath, stop);
      remote->asked_size = size;
    } catch (const io::SystemError&) {
      continue;  // other checks say why nothing can be sent from there
    }
  }
}

/// The remote's next hop among those that do not answer; null: it is not.
const io::UnresolvedNeighbour* next_hop_of(const Facts& facts, const RemoteFacts& remote,
                                           const std::vector<io::UnresolvedNeighbour>& neighbours) {
  const auto* link = remote.route ? facts.link(remote.route->device) : nullptr;
  if (link == nullptr) return nullptr;
  const auto hop = remote.route->gateway.value_or(remote.remote.address);
  const auto found = std::ranges::find_if(
      neighbours, [&](const auto& one) { return one.index == link->index && one.address == hop; });
  return found == neighbours.end() ? nullptr : &*found;
}

/// Whether our probes made the kernel ask for the next hop.
bool was_asked_for(const RemoteFacts& remote) {
  return remote.port->kind != io::PortAnswer::Kind::kFailed || remote.port->error == EHOSTUNREACH;
}

/// The kernel asks once a second, and what it asks for may still answer: until `end`.
void find_unresolved(Facts& facts, const std::vector<RemoteFacts*>& remotes,
                     std::chrono::steady_clock::time_point end, const std::stop_token& stop) {
  io::Netlink netlink;
  for (bool open = true; open;) {
    open = false;
    const auto neighbours = netlink.unresolved_neighbours();
    for (auto* remote : remotes) {
      const auto* hop = was_asked_for(*remote) ? next_hop_of(facts, *remote, neighbours) : nullptr;
      remote->unresolved = hop == nullptr ? std::nullopt : std::optional(hop->address);
      open = open || (hop != nullptr && !hop->failed);
    }
    open = open && std::chrono::steady_clock::now() < end && !stop.stop_requested();
    if (open) std::this_thread::sleep_for(50ms);
  }
}

}  // namespace

void add_probe_facts(Facts& facts, const std::stop_token& stop) {
  const auto remotes = reachable(facts);
  const auto end = std::chrono::steady_clock::now() + kTimeForNeighbours;
  std::vector<std::uint16_t> ports;
  ports.reserve(remotes.size());
  for (const auto* remote : remotes) ports.push_back(remote->remote.port);
  const auto answers = ask(remotes, ports, stop);
  std::vector<RemoteFacts*> refused;
  for (std::size_t i = 0; i < remotes.size(); ++i) {
    remotes[i]->port = answers[i];
    if (answers[i].kind == io::PortAnswer::Kind::kRefused) refused.push_back(remotes[i]);
  }
  look_elsewhere(refused, stop);
  try_paths(facts, remotes, stop);
  find_unresolved(facts, remotes, end, stop);
}

}  // namespace vxtap::daemon
