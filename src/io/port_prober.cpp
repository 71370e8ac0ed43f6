#include "io/port_prober.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>

#include "io/poll_until.hpp"
#include "io/socket_address.hpp"
#include "io/system_error.hpp"

namespace vxtap::io {
namespace {

using Clock = std::chrono::steady_clock;
using AnswerKind = PortAnswer::Kind;
using std::chrono::milliseconds;

constexpr unsigned kTries = 2;
constexpr milliseconds kPatience{300};

PortAnswer failed(int error) {
  return {error == ECONNREFUSED ? AnswerKind::kRefused : AnswerKind::kFailed, error};
}

/// A question under way.
struct Probe {
  UniqueFd fd;
  PortAnswer answer;

  bool open() const { return fd && answer.kind == AnswerKind::kQuiet; }
  void send() {
    if (open() && ::send(fd.get(), "", 0, MSG_DONTWAIT) < 0) answer = failed(errno);
  }
  void read() {
    char ignored = 0;
    if (recv(fd.get(), &ignored, sizeof ignored, MSG_DONTWAIT) < 0 && errno != EAGAIN) answer = failed(errno);
  }
};

Probe begin(const PortQuestion& question) {
  Probe probe;
  const bool v4 = question.remote.address.is_v4();
  const auto& local = question.local;
  probe.fd = UniqueFd(socket(v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP));
  const int on = 1;
  const SocketAddress here({local.address, 0}, local.scope);
  const SocketAddress there(question.remote, local.scope);
  const bool ready =
      probe.fd &&
      setsockopt(probe.fd.get(), v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR, &on,
                 sizeof on) == 0 &&
      (local.device.empty() || setsockopt(probe.fd.get(), SOL_SOCKET, SO_BINDTODEVICE, local.device.data(),
                                          static_cast<socklen_t>(local.device.size())) == 0) &&
      bind(probe.fd.get(), here.get(), here.size) == 0 &&
      connect(probe.fd.get(), there.get(), there.size) == 0;
  if (!ready) probe.answer = failed(errno);
  return probe;
}

/// Until every probe is answered or the time is over.
void wait(std::span<Probe> probes, Clock::time_point end, const std::stop_token& stop) {
  while (true) {
    std::vector<pollfd> watched;
    std::vector<Probe*> owners;
    for (auto& probe : probes) {
      if (!probe.open()) continue;
      watched.push_back({.fd = probe.fd.get(), .events = POLLIN, .revents = 0});
      owners.push_back(&probe);
    }
    if (watched.empty() || !poll_until(watched, end, stop)) return;
    for (std::size_t i = 0; i < watched.size(); ++i)
      if (watched[i].revents != 0) owners[i]->read();
  }
}

}  // namespace

std::vector<PortAnswer> probe_ports(std::span<const PortQuestion> questions, const std::stop_token& stop) {
  std::vector<Probe> probes;
  probes.reserve(questions.size());
  for (const auto& question : questions) probes.push_back(begin(question));
  for (unsigned attempt = 0; attempt < kTries; ++attempt) {
    for (auto& probe : probes) probe.send();
    wait(probes, Clock::now() + kPatience, stop);
  }
  std::vector<PortAnswer> answers;
  answers.reserve(probes.size());
  for (const auto& probe : probes) answers.push_back(probe.answer);
  return answers;
}

}  // namespace vxtap::io
