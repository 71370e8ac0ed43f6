#include "inspect/path_mtu.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "io/system_error.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::inspect {
namespace {

using namespace std::chrono_literals;
using Method = io::PathProber::Method;
using Clock = ProbePath::Clock;

constexpr auto kTimeInAll = 4s;
/// RFC 791 and RFC 8200 section 5: what every path should carry.
constexpr std::uint32_t kLeastV4 = 576;
constexpr std::uint32_t kLeastV6 = 1280;

/// A prober as the search sees it.
class RealPath final : public ProbePath {
 public:
  RealPath(io::PathProber& prober, Method method, const std::stop_token& stop)
      : prober_(prober), method_(method), stop_(stop) {}

  ProbeResult probe(std::uint32_t size, std::chrono::milliseconds patience) override {
    const auto answer = prober_.probe(size, patience, stop_);
    error_ = answer.error;
    return {static_cast<ProbeResult::Answer>(answer.kind), answer.mtu};
  }
  void pause(std::chrono::milliseconds time) override {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop_, time, [] { return false; });
  }
  std::chrono::milliseconds refill() const override { return method_ == Method::kUdp ? 1050ms : 0ms; }
  Clock::time_point now() override {
    return stop_.stop_requested() ? Clock::time_point::max() : Clock::now();
  }

  int error() const noexcept { return error_; }

 private:
  static_assert(static_cast<int>(ProbeResult::Answer::kArrived) ==
                static_cast<int>(io::ProbeAnswer::Kind::kArrived));
  static_assert(static_cast<int>(ProbeResult::Answer::kTooBig) ==
                static_cast<int>(io::ProbeAnswer::Kind::kTooBig));
  static_assert(static_cast<int>(ProbeResult::Answer::kSilence) ==
                static_cast<int>(io::ProbeAnswer::Kind::kSilence));
  static_assert(static_cast<int>(ProbeResult::Answer::kRefused) ==
                static_cast<int>(io::ProbeAnswer::Kind::kRefused));

  io::PathProber& prober_;
  const Method method_;
  const std::stop_token& stop_;
  int error_ = 0;
};

std::string word(Method method) {
  return method == Method::kEcho ? "icmp echo" : "udp";
}

SearchRange range_of(const VtepAddress& remote, std::uint32_t most) {
  return {remote.is_v4() ? kLeastV4 : kLeastV6, most};
}

std::string bytes(std::uint32_t count) {
  return std::to_string(count) + " bytes";
}

/// "vx42 (1450)" for each TAP that is too large.
std::string unfit_taps(const PathQuestion& question, std::uint32_t inner) {
  std::string list;
  for (const auto& tap : question.taps)
    if (tap.mtu > inner) list += (list.empty() ? "" : ", ") + tap.name + " (" + std::to_string(tap.mtu) + ")";
  return list;
}

std::string mend_taps(const PathQuestion& question, std::uint32_t path_mtu) {
  const auto inner = inner_mtu(question.remote, path_mtu);
  const auto tap = std::max_element(question.taps.begin(), question.taps.end(),
                                    [](const auto& a, const auto& b) { return a.mtu < b.mtu; });
  const auto wanted = tap->mtu + (path_mtu - inner);
  return "; larger than the path carries: " + unfit_taps(question, inner) + ": `ip link set " + tap->name +
         " mtu " + std::to_string(inner) + "` and `mtu: " + std::to_string(inner) +
         "` in the file, or raise the underlay to " + std::to_string(wanted);
}

std::string unverified(const PathQuestion& question, const PathMtu& found) {
  const std::string remote = question.remote.to_string();
  if (found.route_mtu == 0) return "no route to " + remote + ": add one";
  if (found.error != 0)
    return "probes are refused (" + io::error_text(found.error) + "): the route says " +
           std::to_string(found.route_mtu) + "; look at the firewalls here and on the way, and whether " +
           remote + " is up";
  return "no answer to probes, the route says " + std::to_string(found.path_mtu) +
         "; a firewall may drop them, or " + remote + " is down";
}

}  // namespace

PathMtu probe_path_mtu(const PathQuestion& question, const std::stop_token& stop) {
  const auto deadline = Clock::now() + kTimeInAll;
  PathMtu found{.route_mtu = io::believed_path_mtu(question.local, question.remote).value_or(0),
                .method = "route"};
  found.path_mtu = found.route_mtu;
  if (found.route_mtu == 0) return found;
  for (const auto method : {Method::kEcho, Method::kUdp}) {
    const auto prober = io::PathProber::open(method, question.local, question.remote);
    if (prober == nullptr) continue;
    RealPath path(*prober, method, stop);
    const auto search = search_path(path, range_of(question.remote, found.route_mtu), deadline);
    found.search = search;
    found.error = search.refused ? path.error() : 0;
    if (!search.answered) continue;
    found.path_mtu = search.fits;
    found.verified = true;
    found.method = word(method);
    return found;
  }
  // Routers may have told the kernel of a smaller one meanwhile.
  found.path_mtu = io::believed_path_mtu(question.local, question.remote).value_or(0);
  return found;
}

std::optional<bool> carries(const PathQuestion& question, std::uint32_t size, std::chrono::milliseconds time,
                            const std::stop_token& stop) {
  const auto prober = io::PathProber::open(Method::kEcho, question.local, question.remote);
  if (prober == nullptr) return std::nullopt;
  RealPath path(*prober, Method::kEcho, stop);
  const auto search = search_path(path, range_of(question.remote, size), Clock::now() + time);
  if (!search.answered) return std::nullopt;
  if (search.fits >= size) return true;
  return search.swallowed || search.exact ? std::optional(false) : std::nullopt;
}

std::uint32_t overhead(const VtepAddress& outer) {
  return outer.is_v4() ? kEncapOverheadV4 : kEncapOverheadV6;
}

std::uint32_t inner_mtu(const VtepAddress& remote, std::uint32_t path_mtu) {
  const auto taken = overhead(remote);
  return path_mtu > taken ? path_mtu - taken : 0;
}

std::string advice(const PathQuestion& question, const PathMtu& found) {
  if (!found.verified) return unverified(question, found);
  const auto inner = inner_mtu(question.remote, found.path_mtu);
  std::string text = bytes(found.path_mtu) + " arrive";
  if (!found.search.exact) text = "at least " + text + "; the time was over before the limit was found";
  if (found.search.swallowed)
    text +=
        "; what is larger disappears without an ICMP message (a firewall drops those, or a switch has a "
        "smaller "
        "MTU than its neighbours)";
  if (!unfit_taps(question, inner).empty()) return text + mend_taps(question, found.path_mtu);
  return question.taps.empty() ? text : text + "; every TAP fits";
}

}  // namespace vxtap::inspect
