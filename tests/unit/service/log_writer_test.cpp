#include "service/log_writer.hpp"

#include <fcntl.h>
#include <pty.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>
#include <sstream>
#include <vector>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/read_rest.hpp"
#include "support/skip.hpp"
#include "unit/service/child.hpp"

using namespace vxtap;
using namespace std::chrono_literals;

namespace {

/// A log's two ends; the reader's does not wait.
struct Ends {
  io::UniqueFd reader, writer;

  Ends(int read_from, int write_to) : reader(read_from), writer(write_to) {
    fcntl(reader.get(), F_SETFL, O_NONBLOCK);
  }

  std::string read() const { return test::read_rest(reader.get()); }
};

Ends a_pipe() {
  std::array<int, 2> fds{};
  REQUIRE(pipe(fds.data()) == 0);
  return {fds[0], fds[1]};
}

Ends a_socket() {
  std::array<int, 2> fds{};
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, fds.data()) == 0);
  return {fds[0], fds[1]};
}

Ends a_terminal() {
  int main_end = -1, terminal = -1;
  termios raw{};
  cfmakeraw(&raw);
  raw.c_cflag |= CREAD;
  REQUIRE(openpty(&main_end, &terminal, nullptr, &raw, nullptr) == 0);
  return {main_end, terminal};
}

std::string line(int number) {
  return std::to_string(number) + std::string(100, '.') + "\n";
}

/// All that comes while the log is drained.
std::string all_of(service::LogWriter& log, const Ends& ends) {
  std::string text;
  while (true) {
    log.drain(0ms);
    const auto more = ends.read();
    if (more.empty()) return text;
    text += more;
  }
}

/// Empty if the text is the lines from 0 to `count`, in order, but for those whose loss it tells.
std::string check_lines(const std::string& text, int count) {
  int next = 0;
  std::istringstream lines(text);
  for (std::string one; std::getline(lines, one);) {
    if (one + "\n" == line(next))
      ++next;
    else if (one.find("lost here") != std::string::npos && one.starts_with("<4>"))
      next += std::stoi(one.substr(3));
    else
      return "after " + std::to_string(next) + ": '" + one + "'";
  }
  return next == count ? "" : "ends at " + std::to_string(next);
}

constexpr int kFlood = 20000;  // 2 MB: more than is kept

}  // namespace

TEST_CASE("log: a reader that stands still is waited for by nobody, and told what it lost") {
  const std::vector<std::function<Ends()>> kinds{a_pipe, a_socket, a_terminal};
  for (const auto& kind : kinds) {
    const Ends ends = kind();
    service::LogWriter log(ends.writer.get(), "<4>");
    for (int i = 0; i < kFlood; ++i) log.write(line(i));
    const auto text = all_of(log, ends);
    CHECK(text.find(" lines were lost here") != std::string::npos);
    CHECK(check_lines(text, kFlood) == "");
  }
}

TEST_CASE("log: what a reader left for a while comes whole and in order") {
  const Ends ends = a_pipe();
  service::LogWriter log(ends.writer.get(), "<4>");
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    log.write(line(i));
    if (i % 1000 == 999) text += ends.read();
  }
  text += all_of(log, ends);
  CHECK(check_lines(text, 5000) == "");
  CHECK(text.find("lost") == std::string::npos);
}

TEST_CASE("log: a terminal after Ctrl-S") {
  const Ends ends = a_terminal();
  service::LogWriter log(ends.writer.get(), "");
  REQUIRE(tcflow(ends.writer.get(), TCOOFF) == 0);
  log.write(line(0));
  log.drain(10ms);
  CHECK(ends.read().empty());
  REQUIRE(tcflow(ends.writer.get(), TCOON) == 0);
  log.write(line(1));
  CHECK(check_lines(all_of(log, ends), 2) == "");
}

TEST_CASE("log: others that write to the same pipe still wait for room") {
  const Ends ends = a_pipe();
  const service::LogWriter log(ends.writer.get(), "");
  CHECK((fcntl(ends.writer.get(), F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("log: a pipe that may not be opened again") {
  if (geteuid() != 0) return test::skip("needs root, to become somebody else");
  const auto told = test::told_by_child([] {
    const Ends ends = a_pipe();
    if (fchmod(ends.writer.get(), 0) != 0 || setresuid(65534, 65534, 65534) != 0)
      return std::string("setresuid");
    service::LogWriter log(ends.writer.get(), "<4>");
    for (int i = 0; i < kFlood; ++i) log.write(line(i));
    return check_lines(all_of(log, ends), kFlood);
  });
  CHECK(told == "");
}

TEST_CASE("log: a reader that is gone is not waited for") {
  std::signal(SIGPIPE, SIG_IGN);
  Ends ends = a_pipe();
  service::LogWriter log(ends.writer.get(), "");
  ends.reader = {};
  log.write(line(0));
  log.drain(1h);
}

TEST_CASE("log: a file gets each line at once") {
  const test::TempDirectory directory;
  const auto path = directory / "log";
  const io::UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  service::LogWriter log(file.get(), "");
  log.write(line(0));
  log.write(line(1));
  CHECK(test::read_file(path) == line(0) + line(1));
}
