#include "service/confinement.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <vector>

#include "io/system_error.hpp"
#include "io/unique_fd.hpp"
#include "service/file_access.hpp"
#include "service/system_call_filter.hpp"

namespace vxtap::service {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTun = "/dev/net/tun";

// The names of users and the machine's identity, wherever nsswitch.conf(5) has them looked up, and what the
// kernel tells of itself.
constexpr const char* kRead[] = {"/etc",
                                 "/proc",
                                 "/sys",
                                 "/usr",
                                 "/lib",
                                 "/lib32",
                                 "/lib64",
                                 "/run/systemd",
                                 "/run/nscd",
                                 "/var/lib/dbus",
                                 "/var/lib/extrausers",
                                 "/var/lib/sss",
                                 "/dev/urandom",
                                 "/dev/null"};

/// The directory of the file, and where it is a link, those of the files that it leads to: each of them may
/// be replaced there.
std::vector<fs::path> directories_of(const fs::path& file) {
  constexpr int kMostLinks = 40;  // path_resolution(7)
  std::vector<fs::path> found;
  std::error_code error;
  fs::path at = fs::absolute(file, error);
  for (int i = 0; i < kMostLinks && !error; ++i) {
    found.push_back(at.parent_path());
    at = at.parent_path() / fs::read_symlink(at, error);  // an absolute one replaces the left side
  }
  return found;
}

FileAccess file_access(const Confinement& wanted) {
  FileAccess files;
  for (const char* path : kRead) files.allow_reading(path);
  for (const auto& directory : directories_of(wanted.config_file)) files.allow_reading(directory);
  files.allow_reading_and_writing(kTun);
  files.allow_removing(fs::path(wanted.control_socket).parent_path());
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // The sanitizers find names and lines of functions in the program's file.
  for (const auto& directory : directories_of("/proc/self/exe")) files.allow_reading(directory);
#endif
#ifdef VXTAP_COVERAGE
  files.allow_making_files(VXTAP_COVERAGE);
#endif
  return files;
}

/// The directory of the socket is given away too if it is ours and holds nothing else: then it was made for
/// the socket, here or by the service manager. False with errno where that is refused.
bool hand_over_directory(const fs::path& directory, uid_t user) {
  const io::UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0 || status.st_uid != ::geteuid()) return true;
  std::error_code error;
  const fs::directory_iterator entries("/proc/self/fd/" + std::to_string(fd.get()), error);
  if (error || std::distance(begin(entries), end(entries)) != 1) return true;
  return ::fchown(fd.get(), user, static_cast<gid_t>(-1)) == 0;
}

/// As if the user had made it, so that he can remove it at the end.
void hand_over_socket(const std::string& path, const Identity& identity) {
  if (::lchown(path.c_str(), identity.user, static_cast<gid_t>(-1)) == 0 &&
      hand_over_directory(fs::path(path).parent_path(), identity.user))
    return;
  spdlog::warn("control.socket {}: cannot be given to {}: {}; allow CAP_CHOWN, or start as that user", path,
               identity.name, io::error_text(errno));
}

void change_user(const Confinement& wanted) {
  const Identity& identity = *wanted.identity;
  if (::geteuid() == identity.user) return;
  hand_over_socket(wanted.control_socket, identity);
  become(identity);
  const auto directory = fs::path(wanted.control_socket).parent_path();
  if (::access(directory.c_str(), W_OK | X_OK) != 0)
    spdlog::warn(
        "control.socket {}: {} may not remove it from its directory: a dead socket stays behind; "
        "`chown {} {}`, or choose a `control.socket` in a directory of its own",
        wanted.control_socket, identity.name, identity.name, directory.string());
}

std::string try_open(const std::string& path, int flags) {
  const io::UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK));
  return fd ? "" : io::error_text(errno);
}

void warn_of_refusals_to_come(const Confinement& wanted) {
  const std::string who = wanted.identity ? wanted.identity->name : "vxtapd";
  if (const auto cause = try_open(wanted.config_file, O_RDONLY); !cause.empty())
    spdlog::warn(
        "{}: {} cannot read it any more ({}), so a reload will be refused; make it readable to that "
        "user, and its directory open to him",
        wanted.config_file, who, cause);
  const bool there = ::access(kTun, F_OK) == 0;
  if (const auto cause = try_open(kTun, O_RDWR); there && !cause.empty())
    spdlog::warn(
        "{}: {} cannot open it any more ({}), so a TAP that a reload adds will be refused; chmod 0666 {}",
        kTun, who, cause, kTun);
}

void tell(const char* measure, const std::string& refusal) {
  if (!refusal.empty()) spdlog::info("sandbox: {}: {}; going on without it", measure, refusal);
}

}  // namespace

void confine(const Confinement& wanted) {
  // Its rules are made of open directories, for which the old user may be needed.
  FileAccess files = wanted.unconfined ? FileAccess() : file_access(wanted);
  if (wanted.identity) change_user(wanted);
  // Of another user nobody expects that he reads what is closed to him.
  const std::string reads_by_privilege = wanted.identity ? "" : wanted.config_file;
  if (!wanted.unconfined || wanted.identity)
    tell("capabilities not dropped", drop_capabilities({wanted.low_ports, reads_by_privilege}));
  if (!wanted.unconfined) {
    tell("new privileges not renounced", renounce_new_privileges());
    tell("files not limited", files.enforce());
    tell("system calls not limited", filter_system_calls());
  } else {
    spdlog::warn("--no-sandbox: system calls and files are not limited");
  }
  warn_of_refusals_to_come(wanted);
}

}  // namespace vxtap::service
