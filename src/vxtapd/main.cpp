#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <system_error>

#include "config/config.hpp"
#include "control/version.hpp"
#include "inspect/words.hpp"
#include "io/standard_streams.hpp"
#include "io/system_error.hpp"
#include "service/logging.hpp"
#include "vxtapd/daemon.hpp"
#include "vxtapd/from_ip.hpp"

namespace {

/// How long the log's reader is waited for at the end.
constexpr std::chrono::milliseconds kLastWords{500};

enum ExitCode { kStopped = 0, kConfigurationRefused = 1, kUsage = 2, kSystemRefused = 3 };

/// The configuration, every finding printed; empty when it is refused.
std::optional<vxtap::config::Config> load(const std::string& file) {
  auto loaded = vxtap::config::load_file(file);
  for (const auto& diagnostic : loaded.diagnostics)
    std::fprintf(stderr, "%s\n", to_string(diagnostic).c_str());
  return std::move(loaded.config);
}

/// A log reader that went away must not take the dataplane along, and a thousand segments need more than the
/// usual 1024 descriptors.
void prepare_process() {
  std::signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

/// `code`, or kSystemRefused when what was printed got nowhere.
int after_printing(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  std::fprintf(stderr, "vxtapd: standard output: %s; make room, or send it elsewhere\n",
               std::strerror(errno));
  return code == kStopped ? kSystemRefused : code;
}

/// Of what the language's library throws, which knows no mend.
std::string with_mend(const std::string& cause, int error) {
  const char* resources =
      "raise the limits of memory and threads (MemoryMax= and TasksMax= of the unit, or "
      "ulimit -v and -u)";
  const auto mend = vxtap::io::mend_of(error, error == EAGAIN || error == ENOMEM ? resources : "");
  return cause + (mend.empty() ? "" : "; " + mend);
}

int end_with(const std::string& cause) {
  vxtap::service::end_log("vxtapd: " + cause + "\n", kLastWords);
  return kSystemRefused;
}

}  // namespace

int main(int argc, char** argv) try {
  vxtap::io::open_standard_streams();
  CLI::App app{"vxtapd: a userspace VXLAN dataplane", "vxtapd"};
  std::string file = "/etc/vxtapd/vxtapd.yaml";
  std::string commands;
  std::string user;
  bool check = false;
  vxtap::service::Confinement launch;
  auto* config_option = app.add_option("--config", file, "configuration file")->capture_default_str();
  auto* check_flag = app.add_flag("--check", check, "validate the configuration and exit");
  auto* from_ip =
      app.add_option("--from-ip", commands, "print the configuration of iproute2 commands (-: of stdin)");
  from_ip->type_name("COMMANDS")->excludes(config_option)->excludes(check_flag);
  app.add_option("--user", user, "the user to become once everything is open")
      ->type_name("NAME")
      ->check([](const std::string& name) {  // which a script may have meant to fill in
        return name.empty() ? "the name is empty; give one, or leave --user away" : "";
      });
  app.add_flag("--no-sandbox", launch.unconfined, "keep all rights, for debugging");
  app.set_version_flag("--version", "vxtapd " + std::string(vxtap::control::version()));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return after_printing(app.exit(error) == 0 ? kStopped : kUsage);
  }

  if (*from_ip) return after_printing(vxtap::daemon::print_from_ip(commands));
  const auto config = load(file);
  if (!config) return kConfigurationRefused;
  if (check) {
    std::printf("%s: ok, %s\n", file.c_str(),
                vxtap::inspect::counted(config->segments.size(), "segment").c_str());
    return after_printing(kStopped);
  }

  if (!user.empty()) launch.identity = vxtap::service::identity_of(user);
  prepare_process();
  vxtap::service::set_up_logging();
  vxtap::service::set_log_level(vxtap::config::to_string(config->log_level));
  {
    vxtap::daemon::Daemon daemon(file, *config, launch);
    daemon.run();
  }
  vxtap::service::end_log({}, kLastWords);
  return kStopped;
} catch (const std::system_error& error) {
  return end_with(with_mend(error.what(), error.code().value()));
} catch (const std::bad_alloc&) {
  return end_with(with_mend("no memory", ENOMEM));
} catch (const std::exception& error) {
  return end_with(error.what());
}
