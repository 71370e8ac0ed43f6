#include "lab/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "lab/argument_pointers.hpp"

namespace vxtap::lab {
namespace {

UniqueFd open_master() {
  UniqueFd master(check(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK), "posix_openpt"));
  check(::grantpt(master.get()), "grantpt");
  check(::unlockpt(master.get()), "unlockpt");
  return master;
}

std::string slave_name(const UniqueFd& master) {
  std::array<char, 64> name{};
  if (::ptsname_r(master.get(), name.data(), name.size()) != 0) throw_errno("ptsname_r");
  return name.data();
}

/// Its own leader (setsid), so that the terminal it opens first becomes its controlling one.
pid_t spawn_on(const std::string& terminal, Arguments arguments, std::vector<std::string> environment) {
  environment.emplace_back("TERM=xterm");
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (!std::string_view(*entry).starts_with("TERM=")) environment.emplace_back(*entry);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, terminal.c_str(), O_RDWR, 0);
  ::posix_spawn_file_actions_adddup2(&files, STDIN_FILENO, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, STDIN_FILENO, STDERR_FILENO);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none{}, all{};
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = -1;
  const auto argv = argument_pointers(arguments), envp = argument_pointers(environment);
  errno = ::posix_spawnp(&pid, argv[0], &files, &attributes, argv.data(), envp.data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  if (errno != 0) throw_errno("posix_spawnp " + arguments.front());
  return pid;
}

void set_size(const UniqueFd& master, std::size_t columns, std::size_t rows) {
  winsize size{};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = static_cast<unsigned short>(rows);
  check(::ioctl(master.get(), TIOCSWINSZ, &size), "TIOCSWINSZ");
}

}  // namespace

Terminal::Terminal(Arguments arguments, std::vector<std::string> environment, std::size_t columns,
                   std::size_t rows)
    : master_(open_master()), screen_(columns, rows) {
  const auto name = slave_name(master_);
  slave_ = UniqueFd(check(::open(name.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC), "open " + name));
  set_size(master_, columns, rows);
  pid_ = spawn_on(name, std::move(arguments), std::move(environment));
}

Terminal::~Terminal() {
  if (exit_code_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Terminal::type(const std::string& keys) {
  check(::write(master_.get(), keys.data(), keys.size()), "write to the terminal");
}

void Terminal::resize(std::size_t columns, std::size_t rows) {
  screen();
  screen_.resize(columns, rows);
  set_size(master_, columns, rows);
}

void Terminal::signal(int number) const {
  if (!exit_code_) check(::kill(pid_, number), "kill");
}

const VtScreen& Terminal::screen() {
  std::array<char, 65536> chunk{};
  for (;;) {
    const auto size = ::read(master_.get(), chunk.data(), chunk.size());
    if (size <= 0) return screen_;
    screen_.feed({chunk.data(), static_cast<std::size_t>(size)});
  }
}

bool Terminal::shows(const std::string& text) {
  return eventually([&] { return screen().text().find(text) != std::string::npos; });
}

std::optional<int> Terminal::wait() {
  if (exit_code_) return exit_code_;
  int status = 0;
  const bool ended = eventually([&] {
    screen();  // or it would wait for room to write
    return ::waitpid(pid_, &status, WNOHANG) == pid_;
  });
  if (ended) exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

bool Terminal::is_cooked() const {
  termios settings{};
  check(::tcgetattr(slave_.get(), &settings), "tcgetattr");
  return (settings.c_lflag & ECHO) != 0 && (settings.c_lflag & ICANON) != 0;
}

}  // namespace vxtap::lab
