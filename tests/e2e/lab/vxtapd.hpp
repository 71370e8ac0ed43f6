#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lab/host.hpp"
#include "lab/service.hpp"

namespace vxtap::lab {

/// Whether VXTAP_TEST_OFFLOAD=off is in the environment: every TAP of a Vxtapd then has `offload: off`, but
/// for configurations that name `offload` themselves.
bool offload_is_off();

/// The first line in which a sanitizer reports something; empty when none did.
std::string sanitizer_report(const std::string& log);

/// A vxtapd running on a host. Ending it (at the latest with this object) is part of the test: it must stop
/// with exit code 0, and no sanitizer may have found anything; its log is shown when the case has failed.
class Vxtapd {
 public:
  /// Starts it with the configuration and waits until it says that it is ready. `config` is YAML without
  /// `control:`, which is added. Throws when it ends instead. With a `user` it runs as that one and without
  /// any capability (lab/unprivileged.hpp), else as root.
  Vxtapd(Host& host, const std::string& config, std::optional<uid_t> user = std::nullopt);
  Vxtapd(const Vxtapd&) = delete;
  Vxtapd& operator=(const Vxtapd&) = delete;
  ~Vxtapd();

  pid_t pid() const noexcept { return process_->pid(); }
  std::string log() const { return process_->log(); }
  Host& host() noexcept { return host_; }

  /// Replaces the file that the next reload reads.
  void rewrite(const std::string& config);
  const std::filesystem::path& config_file() const noexcept { return config_file_; }
  void signal(int number) const { process_->signal(number); }
  bool running() { return process_->running(); }

  void stop();

  /// `vxtapctl -s SOCKET WORDS...`
  CommandResult ctl(const Arguments& words);
  /// The same with -j; throws unless it exits 0 and prints one JSON document.
  boost::json::value json(const Arguments& words);

  /// A number of `stats -j`, by path from the object of the segment: {"drops", "tap_down"}.
  std::int64_t stat(unsigned vni, std::initializer_list<std::string_view> path);
  std::int64_t segment_drops(unsigned vni, std::string_view reason) { return stat(vni, {"drops", reason}); }
  /// Of the drops before a segment is known.
  std::int64_t global_drops(std::string_view reason);
  /// The rows of `fdb show -j` for a MAC.
  boost::json::array fdb(const std::string& mac);
  /// "dst" of the MAC's only row; empty when it has none.
  std::string learned_remote(const std::string& mac);

 private:
  std::string socket_path() const;

  Host& host_;
  TempDirectory directory_;
  std::filesystem::path config_file_;
  std::unique_ptr<Process> process_;
};

}  // namespace vxtap::lab
