#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "lab/host.hpp"

namespace vxtap::lab {

/// A real systemd as process 1, in a private root on the host's network (boot.sh says what it is made of):
/// the programs and units of this build are installed in it as a package would, no service of the machine
/// under it runs. All of it ends with this object and when the test is killed. Nothing it does to files
/// outlasts it.
///
/// Ending it is part of the test: no sanitizer may have found anything.
class Machine {
 public:
  using Files = std::map<std::string, std::string>;  ///< path in the machine to content
  enum class Programs {
    kInstalled,  ///< with their units, as a package would
    kNone,
  };

  /// Boots it; returns when systemd says that it is running. `files` are there before it starts. Throws with
  /// what systemd said when it does not come up.
  explicit Machine(Host& host, const Files& files = {}, Programs programs = Programs::kInstalled);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine();

  Host& host() noexcept { return host_; }

  /// Runs a program in the machine, as root.
  CommandResult command(const Arguments& arguments, milliseconds patience = kPatience);
  /// The same, words split at blanks; throws with what it said when it fails. Returns its output.
  std::string must(const std::string& words);
  /// `systemctl WORDS`; may fail.
  CommandResult systemctl(const std::string& words);

  /// A file of the machine, by its path there. Directories are made.
  void write(const std::string& path, const std::string& text);
  std::string read(const std::string& path) const;
  bool exists(const std::string& path) const;

  /// Adds `text` to a unit (systemd.unit(5), drop-in) and has systemd read it.
  void drop_in(const std::string& unit, const std::string& text);
  /// One property of `systemctl show`.
  std::string property(const std::string& unit, const std::string& name);
  /// What the unit's processes said, and systemd of it, a message a line.
  std::string journal(const std::string& unit);
  /// The service's main process as this test sees it, not as the machine numbers it; throws without one.
  pid_t main_process(const std::string& unit);

 private:
  void lay_out(const Files& files);
  void install_programs();
  void wait_until_running();
  std::filesystem::path outside(const std::string& path) const;

  Host& host_;
  TempDirectory directory_;
  std::unique_ptr<Process> process_;
  pid_t init_ = -1;  ///< the machine's process 1, seen from outside
  unsigned drop_ins_ = 0;
};

}  // namespace vxtap::lab
