#include "service/privileges.hpp"

#include <cap-ng.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>
#include <stdexcept>
#include <vector>

#include "io/system_error.hpp"
#include "io/unique_fd.hpp"

namespace vxtap::service {
namespace {

constexpr auto kInUse = static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED);

std::string failed(const std::string& call) {
  return call + ": " + io::error_text(errno);
}

/// Lowers what is in use to what is certain to stay, so that the rest can be tried without.
bool set_aside(std::initializer_list<unsigned> capabilities) {
  if (capng_get_caps_process() != 0) return false;
  for (const unsigned capability : capabilities) capng_update(CAPNG_DROP, CAPNG_EFFECTIVE, capability);
  return capng_apply(CAPNG_SELECT_CAPS) == 0;
}

/// Whether sockets can be bound to a device and echo requests sent as we are.
bool sockets_work() {
  const io::UniqueFd plain(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP));
  const io::UniqueFd echo(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP));
  constexpr char kLoopback[] = "lo";  // in every network namespace
  return plain && echo &&
         ::setsockopt(plain.get(), SOL_SOCKET, SO_BINDTODEVICE, kLoopback, sizeof kLoopback) == 0;
}

bool can_be_read(const std::string& file) {
  const io::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  return static_cast<bool>(fd) || errno != EACCES;
}

/// Those of `wanted` that are held remain permitted and effective; nothing can be inherited.
std::string keep(const std::vector<unsigned>& wanted) {
  if (capng_get_caps_process() != 0) return failed("capget");
  std::vector<unsigned> held;
  for (const unsigned capability : wanted)
    if (capng_have_capability(CAPNG_PERMITTED, capability) != 0) held.push_back(capability);
  capng_clear(CAPNG_SELECT_CAPS);
  for (const unsigned capability : held) capng_update(CAPNG_ADD, kInUse, capability);
  return capng_apply(CAPNG_SELECT_CAPS) == 0 ? "" : failed("capset");
}

/// Only root's processes may do this, and without new privileges it only adds a second lock.
void try_to_empty_bounding_set() {
  if (capng_get_caps_process() != 0 || capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) == 0) return;
  capng_clear(CAPNG_SELECT_BOUNDS);
  capng_apply(CAPNG_SELECT_BOUNDS);
}

}  // namespace

Identity identity_of(const std::string& name) {
  errno = 0;
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr)
    throw std::runtime_error("--user " + name + ": no such user; `useradd --system " + name +
                             "`, or name another");
  Identity identity{name, entry->pw_uid, entry->pw_gid};
  if (::geteuid() != 0 && ::geteuid() != identity.user)
    throw std::runtime_error("--user " + name + ": only root can become another user; start as root or as " +
                             name);
  return identity;
}

void become(const Identity& identity) {
  if (::geteuid() == identity.user) return;
  const auto refuse = [&](const std::string& cause) {
    throw std::runtime_error("--user " + identity.name + ": " + cause +
                             "; allow CAP_SETUID and CAP_SETGID, or start as that user");
  };
  if (::initgroups(identity.name.c_str(), identity.group) != 0) refuse(failed("initgroups"));
  if (::setresgid(identity.group, identity.group, identity.group) != 0) refuse(failed("setresgid"));
  if (capng_get_caps_process() != 0) refuse(failed("capget"));
  // Leaving user 0 takes the effective ones away, and with these the permitted ones unless they are kept.
  if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) refuse(failed("PR_SET_KEEPCAPS"));
  if (::setresuid(identity.user, identity.user, identity.user) != 0) refuse(failed("setresuid"));
  ::prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
  if (capng_apply(CAPNG_SELECT_CAPS) != 0) refuse(failed("capset"));
}

std::string drop_capabilities(const Needs& needs) {
  try_to_empty_bounding_set();
  if (!set_aside({CAP_NET_RAW, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH})) return failed("capset");
  std::vector<unsigned> wanted{CAP_NET_ADMIN};
  if (needs.low_ports) wanted.push_back(CAP_NET_BIND_SERVICE);
  if (!sockets_work()) wanted.push_back(CAP_NET_RAW);
  if (!needs.config_file.empty() && !can_be_read(needs.config_file)) wanted.push_back(CAP_DAC_READ_SEARCH);
  return keep(wanted);
}

std::string renounce_new_privileges() {
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? "" : failed("PR_SET_NO_NEW_PRIVS");
}

}  // namespace vxtap::service
