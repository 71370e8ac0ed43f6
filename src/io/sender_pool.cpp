#include "io/sender_pool.hpp"

#include <algorithm>
#include <cerrno>

#include "io/system_error.hpp"

namespace vxtap::io {
namespace {

/// First free port of [from, to), but never the listening one: in its SO_REUSEPORT group the sender would
/// swallow packets.
UniqueFd open_in(const LocalVtep& vtep, const SendProfile& profile, unsigned from, unsigned to) {
  for (unsigned port = from; port < to; ++port) {
    if (port == vtep.port) continue;
    UniqueFd fd = open_sender(vtep, static_cast<std::uint16_t>(port), profile.checksum);
    if (fd) return fd;
  }
  return UniqueFd(-1);
}

}  // namespace

SenderPool::SenderPool(const LocalVtep& vtep, const SendProfile& profile) : profile_(profile) {
  const unsigned size = profile.last_port - profile.first_port + 1U;
  if (size == 1 && profile.first_port == vtep.port) {
    if (profile.checksum) return;
    throw SystemError(describe(vtep) + " source_port " + std::to_string(vtep.port), EINVAL,
                      "packets without checksum need a source port other than the listening one");
  }
  const unsigned count = std::min<unsigned>(kSockets, size);
  for (unsigned i = 0; i < count; ++i) {
    UniqueFd fd = open_in(vtep, profile, profile.first_port + size * i / count,
                          profile.first_port + size * (i + 1) / count);
    if (fd) sockets_.push_back(std::move(fd));
  }
  if (sockets_.empty())
    throw SystemError(describe(vtep) + " source_port " + std::to_string(profile.first_port) + "-" +
                          std::to_string(profile.last_port),
                      EADDRINUSE, "every port of the range is taken: widen or move `source_port`");
}

}  // namespace vxtap::io
