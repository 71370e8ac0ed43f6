#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "lab/process.hpp"
#include "lab/vt_screen.hpp"

namespace vxtap::lab {

/// A program on a pseudo terminal of its own, with TERM=xterm, and what that terminal shows. In the network
/// namespace of the calling thread. The program is killed with this object.
class Terminal {
 public:
  /// `environment` is added to this process's own, as NAME=VALUE.
  explicit Terminal(Arguments arguments, std::vector<std::string> environment = {}, std::size_t columns = 80,
                    std::size_t rows = 24);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(const std::string& keys);
  void resize(std::size_t columns, std::size_t rows);
  void signal(int number) const;

  /// Takes what the program wrote until now.
  const VtScreen& screen();
  /// False when the text is not on the screen in time.
  bool shows(const std::string& text);
  /// As Process::wait.
  std::optional<int> wait();

  /// Whether the terminal echoes and takes whole lines, as a shell finds it.
  bool is_cooked() const;

 private:
  UniqueFd master_;
  UniqueFd slave_;  // held, so that what the program wrote last can still be read
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  VtScreen screen_;
};

}  // namespace vxtap::lab
