#include "service/file_access.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "io/system_error.hpp"

namespace vxtap::service {
namespace {

// Of Linux 6.2, which Debian 12's headers lack.
constexpr std::uint64_t kTruncate = 1ULL << 14;

constexpr std::uint64_t kReading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kOfFiles =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;
constexpr std::uint64_t kMakingFiles = kReading | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                       LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | kTruncate;

/// The accesses of the kernel's ABI version; later ones are left alone.
constexpr std::uint64_t known_by(long abi) {
  std::uint64_t access = LANDLOCK_ACCESS_FS_MAKE_SYM | (LANDLOCK_ACCESS_FS_MAKE_SYM - 1);
  if (abi >= 2) access |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3) access |= kTruncate;
  return access;
}

std::string refusal(int error) {
  if (error == ENOSYS) return "this kernel has no Landlock";
  if (error == EOPNOTSUPP) return "Landlock is switched off (add it to the kernel parameter lsm=)";
  return "Landlock: " + io::error_text(error);
}

}  // namespace

FileAccess::FileAccess() {
  // glibc has no wrappers.
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 0) {
    refusal_ = refusal(errno);
    return;
  }
  handled_ = known_by(abi);
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = handled_;
  // The first member alone, the only one of ABI 1.
  rules_ = io::UniqueFd(static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0)));
  if (!rules_) refusal_ = refusal(errno);
}

void FileAccess::allow(const std::filesystem::path& path, std::uint64_t access) {
  if (!rules_) return;
  const io::UniqueFd parent(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!parent || ::fstat(parent.get(), &status) != 0) return;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = access & handled_ & (S_ISDIR(status.st_mode) ? handled_ : kOfFiles);
  rule.parent_fd = parent.get();
  if (::syscall(SYS_landlock_add_rule, rules_.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    refusal_ = refusal(errno) + " (" + path.string() + ")";
}

void FileAccess::allow_reading(const std::filesystem::path& path) {
  allow(path, kReading);
}
void FileAccess::allow_reading_and_writing(const std::filesystem::path& path) {
  allow(path, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
}
void FileAccess::allow_removing(const std::filesystem::path& directory) {
  allow(directory, LANDLOCK_ACCESS_FS_REMOVE_FILE);
}
void FileAccess::allow_making_files(const std::filesystem::path& directory) {
  allow(directory, kMakingFiles);
}

std::string FileAccess::enforce() {
  if (refusal_.empty() && ::syscall(SYS_landlock_restrict_self, rules_.get(), 0) != 0)
    refusal_ = refusal(errno);
  return refusal_;
}

}  // namespace vxtap::service
