#include "control/socket_file.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/control/raw_client.hpp"
#include "unit/control/running_server.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using control::SocketFile;
using test::RawClient;

namespace {

/// Restores the process's umask.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }

 private:
  mode_t before_;
};

struct Fixture {
  test::TempDirectory directory;
  std::string path = (directory / "control.sock").string();
  test::FakeDaemon daemon;

  static struct stat status(const std::string& path) {
    struct stat found {};
    REQUIRE(::lstat(path.c_str(), &found) == 0);
    return found;
  }
  std::string error_of(const std::string& at, const std::string& group = "") {
    try {
      const test::RunningServer server(daemon, {at, group});
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "socket file: 0600 from the moment of bind, whatever the umask") {
  for (const mode_t mask : {0U, 022U, 0177U}) {
    const Umask umask(mask);
    boost::asio::io_context io;
    SocketFile::Acceptor acceptor(io);
    const SocketFile file(acceptor, path, "");
    CHECK((status(path).st_mode & 07777) == 0600);
    CHECK(S_ISSOCK(status(path).st_mode));
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE_METHOD(Fixture, "socket file: 0660 and the group where one is set") {
  const auto* own = ::getgrgid(::getegid());
  REQUIRE(own != nullptr);
  const std::string name = own->gr_name;
  const auto gid = own->gr_gid;
  const test::RunningServer server(daemon, {path, name});
  CHECK((status(path).st_mode & 07777) == 0660);
  CHECK(status(path).st_gid == gid);
  CHECK(RawClient(path).ask(test::kVersionRequest) == test::kVersionAnswer);
}

TEST_CASE_METHOD(Fixture, "socket file: an unknown group is refused before anything is made") {
  CHECK_THAT(error_of(path, "no-such-group-here"), ContainsSubstring("control.group no-such-group-here"));
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE_METHOD(Fixture, "socket file: the last directory is made, further ones are not") {
  const auto nested = (directory / "run/control.sock").string();
  {
    const Umask umask(022);
    const test::RunningServer server(daemon, {nested, ""});
    CHECK((status((directory / "run").string()).st_mode & 07777) == 0755);
  }
  CHECK_FALSE(std::filesystem::exists(nested));
  CHECK_THAT(error_of((directory / "a/b/control.sock").string()),
             ContainsSubstring("cannot make the directory"));
}

TEST_CASE_METHOD(Fixture, "socket file: a dead daemon's is replaced, a live one's is not") {
  {
    boost::asio::io_context io;
    boost::asio::local::stream_protocol::acceptor dead(io,
                                                       boost::asio::local::stream_protocol::endpoint(path));
  }
  REQUIRE(std::filesystem::exists(path));
  const test::RunningServer server(daemon, {path, ""});
  CHECK_THAT(error_of(path), ContainsSubstring("another daemon answers there"));
  CHECK(RawClient(path).ask(test::kVersionRequest) == test::kVersionAnswer);
}

TEST_CASE_METHOD(Fixture, "socket file: something else in its place is left alone") {
  test::write_file(path, "precious");
  CHECK_THAT(error_of(path), ContainsSubstring("not a socket"));
  CHECK(std::filesystem::file_size(path) == 8);
  std::filesystem::remove(path);
  std::filesystem::create_symlink("/dev/null", path);
  CHECK_THAT(error_of(path), ContainsSubstring("not a socket"));
}

TEST_CASE_METHOD(Fixture, "socket file: removed at the end only while it is ours") {
  auto first = std::make_unique<test::RunningServer>(daemon, control::ServerOptions{path, ""});
  std::filesystem::rename(path, (directory / "moved").string());
  const test::RunningServer successor(daemon, {path, ""});
  first.reset();
  CHECK(RawClient(path).ask(test::kVersionRequest) == test::kVersionAnswer);
}

TEST_CASE_METHOD(Fixture, "socket file: impossible paths are named") {
  CHECK_THAT(error_of((directory / std::string(120, 'x')).string()),
             ContainsSubstring("longer than 107 bytes"));
  CHECK_THAT(error_of(""), ContainsSubstring("empty"));
  test::write_file(directory / "file", "");
  CHECK_THAT(error_of((directory / "file/control.sock").string()), ContainsSubstring("Not a directory"));
}
