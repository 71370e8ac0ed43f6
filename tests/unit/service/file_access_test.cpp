#include "service/file_access.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "service/privileges.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/skip.hpp"
#include "unit/service/child.hpp"

using namespace vxtap;
namespace fs = std::filesystem;

namespace {

/// A directory with a file, and beside it another; gone with this object.
struct Files {
  Files() {
    for (const auto& directory : {ours, other}) {
      fs::create_directory(root / directory);
      test::write_file(root / directory / "file", "text");
    }
    fs::create_symlink(root / other / "file", root / ours / "link");
  }

  test::TempDirectory root;
  std::string ours = "ours";
  std::string other = "other";
};

/// 0 or errno.
int open_as(const fs::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  ::close(fd);
  return 0;
}

std::string expect(const std::string& what, int wanted, int got) {
  if (wanted == got) return {};
  return what + ": errno " + std::to_string(got) + " instead of " + std::to_string(wanted) + "; ";
}

/// What a child finds when `rules` are in force; the case is skipped where there is no Landlock.
void check_confined(const std::function<void(service::FileAccess&)>& rules,
                    const std::function<std::string()>& tries) {
  const auto told = test::told_by_child([&] {
    service::FileAccess files;
    rules(files);
    service::renounce_new_privileges();
    const auto refusal = files.enforce();
    return refusal.empty() ? tries() : "refused: " + refusal;
  });
  if (told.starts_with("refused: ")) return test::skip(told);
  CHECK(told == "");
}

}  // namespace

TEST_CASE("file access: what is allowed to be read is read, and nothing is written") {
  const Files files;
  const auto ours = files.root / files.ours;
  check_confined([&](auto& rules) { rules.allow_reading(ours); },
                 [&] {
                   return expect("reading", 0, open_as(ours / "file", O_RDONLY)) +
                          expect("listing", 0, open_as(ours, O_RDONLY | O_DIRECTORY)) +
                          expect("writing", EACCES, open_as(ours / "file", O_WRONLY)) +
                          expect("making", EACCES, open_as(ours / "new", O_WRONLY | O_CREAT)) +
                          expect("removing", EACCES, ::unlink((ours / "file").c_str()) == 0 ? 0 : errno);
                 });
  CHECK(fs::exists(ours / "file"));
}

TEST_CASE("file access: a link does not lead out of what is allowed") {
  const Files files;
  const auto ours = files.root / files.ours;
  check_confined([&](auto& rules) { rules.allow_reading(ours); },
                 [&] {
                   return expect("beside", EACCES, open_as(files.root / files.other / "file", O_RDONLY)) +
                          expect("by link", EACCES, open_as(ours / "link", O_RDONLY)) +
                          expect("/etc", EACCES, open_as("/etc/passwd", O_RDONLY));
                 });
}

TEST_CASE("file access: files are removed where that is allowed, and only there") {
  const Files files;
  const auto remove = [&](const fs::path& directory) {
    return ::unlink((files.root / directory / "file").c_str()) == 0 ? 0 : errno;
  };
  check_confined(
      [&](auto& rules) { rules.allow_removing(files.root / files.ours); },
      [&] { return expect("ours", 0, remove(files.ours)) + expect("other", EACCES, remove(files.other)); });
}

TEST_CASE("file access: a device is one file, and paths that do not exist are passed over") {
  check_confined(
      [](auto& rules) {
        rules.allow_reading("/nonexistent");
        rules.allow_reading_and_writing("/dev/null");
      },
      [] {
        return expect("null", 0, open_as("/dev/null", O_RDWR)) +
               expect("zero", EACCES, open_as("/dev/zero", O_RDONLY));
      });
}

TEST_CASE("file access: what was open before stays open") {
  const Files files;
  const int fd = ::open((files.root / files.other / "file").c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(fd >= 0);
  check_confined([](auto&) {}, [&] { return expect("writing", 0, ::write(fd, "x", 1) == 1 ? 0 : errno); });
  ::close(fd);
}
