#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "lab/host.hpp"
#include "lab/service.hpp"

namespace vxtap::lab {

/// How a vxtapd is started otherwise than Vxtapd (lab/vxtapd.hpp) does.
struct LaunchWay {
  Arguments wrapper = {};  ///< what executes it; it is given the command as its last arguments
  Arguments options = {};  ///< behind --config FILE
};

/// `script` of sh in a mount namespace of its own, then the command, whose directory is $directory there.
inline Arguments in_mount_namespace(const std::string& script, const std::string& execute = "exec") {
  return {"unshare", "--mount", "sh", "-ec", script + "\n" + execute + " \"$@\"", "sh"};
}

/// /dev/net/tun as udev leaves it, open to all, whatever this machine's mode.
inline Arguments with_open_tun() {
  return in_mount_namespace(
      "mount -t tmpfs tmpfs /mnt; mknod -m 666 /mnt/tun c 10 200; mount --bind /mnt/tun /dev/net/tun");
}

/// A vxtapd that is ready, with its configuration and its socket in directories of their own that everybody
/// can look into. Killed with this object.
class Launched {
 public:
  Launched(Host& host, const std::string& config, const LaunchWay& way) : host_(host) {
    for (const auto& path : {directory(), file().parent_path(), socket().parent_path()}) {
      std::filesystem::create_directories(path);
      std::filesystem::permissions(path, std::filesystem::perms(0755));
    }
    rewrite(config);
    Arguments command{"env", "directory=" + directory().string()};
    command.insert(command.end(), way.wrapper.begin(), way.wrapper.end());
    command.insert(command.end(), {built("vxtapd"), "--config", file()});
    command.insert(command.end(), way.options.begin(), way.options.end());
    process_ = start_service(host, command, directory() / "vxtapd");
  }

  pid_t pid() const { return process_->pid(); }
  std::string log() const { return process_->log(); }
  std::filesystem::path file() const { return directory() / "config" / "vxtapd.yaml"; }
  std::filesystem::path socket() const { return directory() / "run" / "control.sock"; }

  void rewrite(const std::string& config) {
    write_file(file(), "control: {socket: " + socket().string() + "}\n" + config);
  }
  CommandResult ctl(const Arguments& words) {
    Arguments arguments{built("vxtapctl"), "-s", socket()};
    arguments.insert(arguments.end(), words.begin(), words.end());
    return host_.command(arguments);
  }
  /// Exit code.
  int stop() { return process_->terminate(); }

 private:
  Host& host_;
  TempDirectory directory_;
  std::unique_ptr<Process> process_;

  std::filesystem::path directory() const { return (directory_ / "x").parent_path(); }
};

}  // namespace vxtap::lab
