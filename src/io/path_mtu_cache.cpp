#include "io/path_mtu_cache.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include "core/remote_hash.hpp"
#include "io/socket_address.hpp"

namespace vxtap::io {
namespace {

using namespace std::chrono_literals;

// A question costs about two microseconds. What a router reported lasts ten minutes in the kernel, a changed
// route is to be noticed before TCP has sent twice in vain.
constexpr auto kLifetime = 1s;

}  // namespace

PathMtuCache::Entry& PathMtuCache::entry_of(const Remote& remote) noexcept {
  return entries_[remote_hash(remote) % kEntries];
}

std::uint32_t PathMtuCache::mtu(const Remote& remote, TimePoint now) noexcept {
  if (!probe_) return 0;
  if (entries_.empty()) entries_.resize(kEntries);
  Entry& entry = entry_of(remote);
  if (entry.address != remote.address || now - entry.asked >= kLifetime)
    entry = {remote.address, ask(remote), now};
  return entry.mtu;
}

void PathMtuCache::forget(const Remote& remote) noexcept {
  if (entries_.empty()) return;
  if (Entry& entry = entry_of(remote); entry.address == remote.address) entry = {};
}

std::uint32_t PathMtuCache::ask(const Remote& remote) const noexcept {
  const SocketAddress target(remote, scope_);
  if (connect(probe_.get(), target.get(), target.size) != 0) return 0;
  const bool v4 = remote.address.is_v4();
  int mtu = 0;
  socklen_t size = sizeof mtu;
  if (getsockopt(probe_.get(), v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_MTU : IPV6_MTU, &mtu, &size) != 0)
    return 0;
  return static_cast<std::uint32_t>(mtu);
}

}  // namespace vxtap::io
