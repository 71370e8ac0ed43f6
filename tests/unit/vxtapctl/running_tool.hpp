#pragma once

#include <pthread.h>

#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "unit/vxtapctl/tool.hpp"

namespace vxtap::test {

/// `vxtapctl WORDS...` on a thread of its own, which a signal ends.
class RunningTool {
 public:
  explicit RunningTool(std::vector<std::string> words) {
    sigset_t stop{};
    ::sigemptyset(&stop);
    ::sigaddset(&stop, SIGINT);
    ::sigaddset(&stop, SIGTERM);
    sigset_t before{};
    ::pthread_sigmask(SIG_BLOCK, &stop, &before);  // the thread's too, until the tool waits for it
    thread_ = std::thread([this, words = std::move(words)] { result_ = run_tool(words); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  ~RunningTool() {
    if (thread_.joinable()) finish(SIGINT);
  }
  RunningTool(const RunningTool&) = delete;
  RunningTool& operator=(const RunningTool&) = delete;

  ToolResult finish(int signal) {
    ::pthread_kill(thread_.native_handle(), signal);
    return result();
  }
  ToolResult result() {
    thread_.join();
    return result_;
  }

 private:
  std::thread thread_;
  ToolResult result_;
};

}  // namespace vxtap::test
