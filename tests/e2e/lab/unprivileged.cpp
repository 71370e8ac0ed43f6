#include "lab/unprivileged.hpp"

namespace vxtap::lab {
namespace {

// In a mount namespace of its own; each step replaces the one before, so the process id stays. The kernel
// forgets the parent-death signal with the change of user.
constexpr auto kScript = R"(
user=$1 program=$2
shift 2
mount -t tmpfs -o mode=755 tmpfs /mnt
mknod -m 666 /mnt/tun c 10 200
mount --bind /mnt/tun /dev/net/tun
touch /mnt/program
mount --bind "$program" /mnt/program
exec setpriv --reuid "$user" --regid "$user" --clear-groups --bounding-set=-all --inh-caps=-all \
  --no-new-privs --pdeathsig KILL /mnt/program "$@"
)";

}  // namespace

Arguments without_privileges(uid_t user, const Arguments& program) {
  Arguments words{"unshare", "--mount", "sh", "-ec", kScript, "sh", std::to_string(user)};
  words.insert(words.end(), program.begin(), program.end());
  return words;
}

}  // namespace vxtap::lab
