#include "lab/wireguard.hpp"

#include <regex>
#include <stdexcept>

#include "lab/launched.hpp"

namespace vxtap::lab {
namespace {

bool has_program(Host& host, const std::string& name) {
  return host.command({"sh", "-c", "command -v " + name}).exit_code == 0;
}

bool kernel_has_wireguard(Host& host) {
  if (host.command({"ip", "link", "add", "wgprobe", "type", "wireguard"}).exit_code != 0) return false;
  host.ip("link del wgprobe");
  return true;
}

std::string line_of(const CommandResult& result) {
  if (result.exit_code != 0) throw std::runtime_error("wg: " + result.err);
  return result.out.substr(0, result.out.find('\n'));
}

/// The value of a key of wg-quick(8)'s own, which wg(8) does not know.
std::string value_of(const std::string& configuration, const std::string& key) {
  std::smatch match;
  if (!std::regex_search(configuration, match, std::regex("\n" + key + " = (\\S+)\n")))
    throw std::runtime_error("no " + key + " in\n" + configuration);
  return match[1];
}

}  // namespace

std::string missing_wireguard(Host& host) {
  if (!has_program(host, "wg") || !has_program(host, "wg-quick")) return "wg(8) is not installed";
  if (kernel_has_wireguard(host) || has_program(host, "wireguard-go")) return {};
  return "the kernel has no WireGuard, and wireguard-go is not installed";
}

WireGuardKeys make_wireguard_keys(Host& host) {
  WireGuardKeys keys;
  keys.secret = line_of(host.command({"wg", "genkey"}));
  keys.open = line_of(host.command({"sh", "-c", "echo \"$1\" | wg pubkey", "sh", keys.secret}));
  return keys;
}

WireGuard::WireGuard(Host& host, const std::string& configuration) : host_(host) {
  if (!made_by_kernel()) start_userspace();
  const std::string file = host.directory() / "wg0.conf";
  write_file(file, configuration);
  const std::string stripped = host.directory() / "wg0.stripped";
  write_file(stripped, host.must("wg-quick strip " + file));
  line_of(wg({"setconf", "wg0", stripped}));
  host.ip("address add " + value_of(configuration, "Address") + " dev wg0");
  host.ip("link set wg0 mtu " + value_of(configuration, "MTU") + " up");
}

bool WireGuard::made_by_kernel() {
  return host_.command({"ip", "link", "add", "wg0", "type", "wireguard"}).exit_code == 0;
}

/// Its socket has the interface's name and a directory of the machine's: hence a directory of its own here.
void WireGuard::start_userspace() {
  Arguments command = in_mount_namespace("mount -t tmpfs tmpfs /run");
  command.insert(command.end(), {"wireguard-go", "-f", "wg0"});
  process_ = std::make_unique<Process>(host_.thread(), command, std::vector<std::string>{},
                                       host_.directory() / "wireguard-go.log");
  const bool ready = eventually([&] { return !process_->running() || wg({"show", "wg0"}).exit_code == 0; });
  if (!ready || !process_->running())
    throw std::runtime_error("wireguard-go is not ready:\n" + process_->log());
}

CommandResult WireGuard::wg(Arguments words) {
  words.insert(words.begin(), "wg");
  if (process_)
    words.insert(words.begin(), {"nsenter", "--target", std::to_string(process_->pid()), "--mount"});
  return host_.command(words);
}

}  // namespace vxtap::lab
