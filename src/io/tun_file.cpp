#include "io/tun_file.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "io/netlink.hpp"
#include "io/system_error.hpp"

namespace vxtap::io {
namespace {

constexpr const char* kTunPath = "/dev/net/tun";
// TUN_F_USO4 and TUN_F_USO6 of Linux 6.2, which Debian 12's headers lack.
constexpr unsigned long kUso4 = 0x20;
constexpr unsigned long kUso6 = 0x40;

constexpr int kTapFlags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;

std::string privilege_mend(const std::string& name) {
  return "add CAP_NET_ADMIN or make the TAP beforehand with `ip tuntap add " + name +
         " mode tap multi_queue user USER`";
}

UniqueFd open_tun(const std::string& name) {
  UniqueFd fd(::open(kTunPath, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (fd) return fd;
  const int error = errno;
  if (error == ENOENT || error == ENODEV || error == ENXIO)
    throw SystemError(
        kTunPath, error,
        "load the tun module (modprobe tun); in a container, start that with --device /dev/net/tun");
  if (error == EACCES)
    throw SystemError(kTunPath, error,
                      "its file mode keeps this user out: chmod 0666 /dev/net/tun, or run as root");
  if (error == EPERM) throw SystemError(kTunPath, error, privilege_mend(name));
  throw SystemError(kTunPath, error);
}

/// 0 or an errno value; an interface attached to by this call stays so.
int attach(const UniqueFd& fd, const std::string& name, int flags) {
  ifreq request{};
  std::memcpy(request.ifr_name, name.data(), name.size());
  request.ifr_flags = static_cast<short>(flags);
  return ::ioctl(fd.get(), TUNSETIFF, &request) == 0 ? 0 : errno;
}

[[noreturn]] void refuse(const std::string& name, int error) {
  const std::string object = "TAP " + name;
  switch (error) {
    case EPERM:
    case EACCES:
      throw SystemError(object, error, privilege_mend(name));
    case EBUSY:
      throw SystemError(object, error,
                        "another process has it open: stop that one or choose another `tap` name");
    case ENOTTY:
      throw SystemError(
          object, error,
          std::string(kTunPath) + " is not the tun device: rm it, and mknod " + kTunPath + " c 10 200");
    case E2BIG:
      throw SystemError(object, error, "the kernel has no queue left for it: lower `queues`");
    default:
      throw SystemError(object, error);
  }
}

/// tun.c says EINVAL for every interface that is not a TAP, and lets any number of processes share a
/// multi-queue one, of whose frames each would get a part.
void check_existing(const LinkInfo& link, Sharing sharing) {
  if (!link.tun || !link.tun->tap) {
    const std::string kind = link.tun ? "tun" : link.kind.empty() ? "hardware" : link.kind;
    throw SystemError("TAP " + link.name, EEXIST,
                      "an interface of this name exists that is no TAP (it is of kind " + kind +
                          "): choose another `tap` name or delete it");
  }
  if (link.tun->queues > 0 && sharing == Sharing::kRefused) refuse(link.name, EBUSY);
}

ifreq interface_of(const UniqueFd& queue) {
  ifreq request{};
  if (::ioctl(queue.get(), TUNGETIFF, &request) != 0)
    throw SystemError("TAP descriptor " + std::to_string(queue.get()), errno,
                      "its interface was deleted: start without it");
  return request;
}

[[noreturn]] void fail(const UniqueFd& queue, const std::string& what, int error, const char* mend = "") {
  throw SystemError("TAP " + name_of_queue(queue) + ": " + what, error, mend);
}

void set(const UniqueFd& queue, unsigned long request, const char* what, const void* argument) {
  if (::ioctl(queue.get(), request, argument) != 0) fail(queue, what, errno);
}
void set(const UniqueFd& queue, unsigned long request, const char* what, unsigned long argument) {
  if (::ioctl(queue.get(), request, argument) != 0) fail(queue, what, errno);
}

}  // namespace

std::vector<UniqueFd> attach_queues(const std::string& name, unsigned count, Sharing sharing) {
  if (name.empty() || name.size() >= IF_NAMESIZE || name.find('/') != std::string::npos)
    throw SystemError("TAP \"" + name + "\"", EINVAL, "give it a name of 1 to 15 characters without a slash");
  const std::optional<LinkInfo> existing = Netlink().link(name);
  if (existing) check_existing(*existing, sharing);

  std::vector<UniqueFd> queues;
  do {
    UniqueFd fd = open_tun(name);
    int error = attach(fd, name, kTapFlags | IFF_MULTI_QUEUE);
    const bool single = error == EINVAL && existing && queues.empty();
    if (single) error = attach(fd, name, kTapFlags);
    if (error != 0) refuse(name, error);
    queues.push_back(std::move(fd));
    if (single) break;
  } while (queues.size() < count);
  return queues;
}

std::string name_of_queue(const UniqueFd& queue) {
  const ifreq request = interface_of(queue);
  return {request.ifr_name, ::strnlen(request.ifr_name, IF_NAMESIZE)};
}

void set_header_size(const UniqueFd& queue, int bytes) {
  set(queue, TUNSETVNETHDRSZ, "TUNSETVNETHDRSZ", &bytes);
}
bool set_offload(const UniqueFd& queue, bool on) {
  constexpr unsigned long kTcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
  constexpr unsigned long kUdp = kUso4 | kUso6;
  if (on && ::ioctl(queue.get(), TUNSETOFFLOAD, kTcp | kUdp) == 0) return true;
  set(queue, TUNSETOFFLOAD, "TUNSETOFFLOAD", on ? kTcp : 0UL);
  return false;
}
void set_send_buffer(const UniqueFd& queue, int bytes) {
  set(queue, TUNSETSNDBUF, "TUNSETSNDBUF", &bytes);
}
void set_owner(const UniqueFd& queue, uid_t owner) {
  if (::ioctl(queue.get(), TUNSETOWNER, static_cast<unsigned long>(owner)) != 0)
    fail(queue, "owner " + std::to_string(owner), errno, "name another user in `owner`");
}
void set_persistent(const UniqueFd& queue, bool on) {
  set(queue, TUNSETPERSIST, "TUNSETPERSIST", on ? 1UL : 0UL);
}
bool is_persistent(const UniqueFd& queue) {
  return (interface_of(queue).ifr_flags & IFF_PERSIST) != 0;
}

}  // namespace vxtap::io
