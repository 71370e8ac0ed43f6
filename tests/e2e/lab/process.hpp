#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lab/namespace_thread.hpp"
#include "lab/unique_fd.hpp"
#include "lab/wait.hpp"

namespace vxtap::lab {

using Arguments = std::vector<std::string>;

struct CommandResult {
  int exit_code = -1;  ///< 128 + the signal's number when one ended it
  std::string out;
  std::string err;
};

/// Runs a program (found by PATH) to its end in the thread's namespace. Throws when it takes longer than
/// `patience`, having killed it.
CommandResult run_command(NamespaceThread& thread, const Arguments& arguments,
                          milliseconds patience = kPatience);

/// What proc_pid_status(5) says of `key`, such as "Uid"; empty when it has no such line.
std::string process_status(pid_t pid, const std::string& key);

/// A program running in the thread's namespace, standard output and error in one file. It is killed with
/// this object, and by the kernel when the thread ends first.
class Process {
 public:
  /// `environment` is added to this process's own, as NAME=VALUE.
  Process(NamespaceThread& thread, const Arguments& arguments, const std::vector<std::string>& environment,
          std::filesystem::path log);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  pid_t pid() const noexcept { return pid_; }
  bool running() { return !wait(milliseconds(0)); }
  void signal(int number) const;

  /// Exit code, or 128 + signal; empty while it runs on after `patience`.
  std::optional<int> wait(milliseconds patience);

  /// SIGTERM, then SIGKILL to what does not heed it.
  int terminate(milliseconds patience = kPatience);

  std::string log() const;

 private:
  std::filesystem::path log_;
  pid_t pid_ = -1;
  UniqueFd pidfd_;
  std::optional<int> exit_code_;
};

}  // namespace vxtap::lab
