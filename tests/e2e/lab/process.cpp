#include "lab/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <csignal>

#include <array>
#include <sstream>
#include <stdexcept>

#include "lab/argument_pointers.hpp"
#include "lab/files.hpp"

namespace vxtap::lab {
namespace {

std::vector<std::string> merged_environment(const std::vector<std::string>& additions) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) out.emplace_back(*entry);
  out.insert(out.end(), additions.begin(), additions.end());
  return out;
}

/// What a program expects to start with. Catch2 has handlers for fatal signals, which must not run here.
void reset_signals() {
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// fork() with every signal held back in the child until it is ready for them.
pid_t fork_blocked() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t child = fork();
  if (child != 0) pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return check(child, "fork");
}

/// Forks on the calling thread, so the child has that thread's network namespace and dies with it.
pid_t spawn(Arguments arguments, const std::vector<std::string>& additions, int out, int err) {
  auto environment = merged_environment(additions);
  const auto argv = argument_pointers(arguments);
  const auto envp = argument_pointers(environment);
  const pid_t child = fork_blocked();
  if (child != 0) return child;
  // Only async-signal-safe calls from here: other threads may hold locks.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  reset_signals();
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execvpe(argv[0], argv.data(), envp.data());
  _exit(127);
}

UniqueFd open_pidfd(pid_t pid) {
  return UniqueFd(static_cast<int>(check(syscall(SYS_pidfd_open, pid, 0), "pidfd_open")));
}

std::pair<UniqueFd, UniqueFd> make_pipe() {
  std::array<int, 2> ends{};
  check(pipe2(ends.data(), O_CLOEXEC), "pipe2");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// Appends what there is; false at the end of the file.
bool drain(int fd, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t size = read(fd, buffer.data(), buffer.size());
  if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0;
}

/// Reads both pipes until both ends are closed; false when that takes too long.
bool collect(UniqueFd& out, UniqueFd& err, CommandResult& result, milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (out.get() >= 0 || err.get() >= 0) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    std::array<pollfd, 2> fds{{{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}}};
    if (poll(fds.data(), fds.size(), static_cast<int>(left.count())) <= 0) continue;
    if (fds[0].revents != 0 && !drain(out.get(), result.out)) out.reset();
    if (fds[1].revents != 0 && !drain(err.get(), result.err)) err.reset();
  }
  return true;
}

int exit_code_of(pid_t pid) {
  int status = 0;
  check(waitpid(pid, &status, 0), "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string joined(const Arguments& arguments) {
  std::string out;
  for (const auto& argument : arguments) out += (out.empty() ? "" : " ") + argument;
  return out;
}

}  // namespace

CommandResult run_command(NamespaceThread& thread, const Arguments& arguments, milliseconds patience) {
  auto [out, out_end] = make_pipe();
  auto [err, err_end] = make_pipe();
  const pid_t pid =
      thread.run([&, o = out_end.get(), e = err_end.get()] { return spawn(arguments, {}, o, e); });
  out_end.reset();
  err_end.reset();
  CommandResult result;
  const bool ended = collect(out, err, result, patience);
  if (!ended) kill(pid, SIGKILL);
  result.exit_code = exit_code_of(pid);
  if (!ended)
    throw std::runtime_error("took too long: " + joined(arguments) + "\n" + result.out + result.err);
  return result;
}

std::string process_status(pid_t pid, const std::string& key) {
  std::istringstream lines(read_file("/proc/" + std::to_string(pid) + "/status"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(key + ":\t")) return line.substr(key.size() + 2);
  return {};
}

Process::Process(NamespaceThread& thread, const Arguments& arguments,
                 const std::vector<std::string>& environment, std::filesystem::path log)
    : log_(std::move(log)) {
  const UniqueFd file(
      check(open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), "open " + log_.string()));
  pid_ = thread.run([&] { return spawn(arguments, environment, file.get(), file.get()); });
  pidfd_ = open_pidfd(pid_);
}

Process::~Process() {
  if (exit_code_) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::signal(int number) const {
  if (!exit_code_) check(kill(pid_, number), "kill");
}

std::optional<int> Process::wait(milliseconds patience) {
  if (exit_code_) return exit_code_;
  pollfd fd{pidfd_.get(), POLLIN, 0};
  if (poll(&fd, 1, static_cast<int>(patience.count())) > 0) exit_code_ = exit_code_of(pid_);
  return exit_code_;
}

int Process::terminate(milliseconds patience) {
  signal(SIGTERM);
  if (const auto code = wait(patience)) return *code;
  signal(SIGKILL);
  return wait(kPatience).value();
}

std::string Process::log() const {
  return read_file(log_);
}

}  // namespace vxtap::lab
