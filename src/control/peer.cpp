#include "control/peer.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace vxtap::control {
namespace {

bool has_supplementary_group(int fd, gid_t group) noexcept {
  std::array<gid_t, 4096> groups{};
  socklen_t length = sizeof(groups);
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &length) != 0) return false;
  auto* const end = groups.data() + length / sizeof(gid_t);
  return std::find(groups.data(), end, group) != end;
}

}  // namespace

bool peer_is_allowed(int fd, std::optional<gid_t> group) noexcept {
  ucred peer{};
  socklen_t length = sizeof(peer);
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return false;
  if (peer.uid == 0 || peer.uid == ::geteuid()) return true;
  return group && (peer.gid == *group || has_supplementary_group(fd, *group));
}

}  // namespace vxtap::control
