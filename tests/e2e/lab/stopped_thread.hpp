#pragma once

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "lab/files.hpp"

namespace vxtap::lab {

/// Thread of the process by name; throws when it has none.
inline pid_t thread_of(pid_t process, const std::string& name) {
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task"))
    if (read_file(task.path() / "comm") == name + "\n") return std::stoi(task.path().filename());
  throw std::runtime_error("no thread " + name);
}

/// Stops one thread of another process while it lives; the others run on. Made and ended on one thread.
class StoppedThread {
 public:
  explicit StoppedThread(pid_t thread) : thread_(thread) {
    check(ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr), "PTRACE_SEIZE");
    check(ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr), "PTRACE_INTERRUPT");
    check(waitpid(thread_, nullptr, __WALL), "waitpid");
  }
  ~StoppedThread() {
    // One that was killed meanwhile stays as a zombie, and its process with it, until its tracer has seen
    // that.
    if (ptrace(PTRACE_DETACH, thread_, nullptr, nullptr) != 0) waitpid(thread_, nullptr, __WALL);
  }
  StoppedThread(const StoppedThread&) = delete;
  StoppedThread& operator=(const StoppedThread&) = delete;

 private:
  pid_t thread_;
};

}  // namespace vxtap::lab
