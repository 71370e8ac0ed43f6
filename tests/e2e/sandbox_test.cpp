#include <linux/capability.h>
#include <pwd.h>
#include <sys/stat.h>

#include <filesystem>
#include <sstream>

#include "lab/launched.hpp"
#include "lab/overlay.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// What a running daemon has given up, and that it does its work all the same.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t bit(unsigned capability) {
  return std::uint64_t{1} << capability;
}

/// A field of proc(5)'s status, of one thread.
std::string field(const fs::path& task, const std::string& name) {
  std::istringstream lines(read_file(task / "status"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name + ":\t")) return line.substr(name.size() + 2);
  return "no " + name;
}

/// ThreadSanitizer has a thread of its own from the beginning, which keeps what it was started with.
bool is_of_the_daemon(const fs::path& task) {
  return field(task, "Name") == "vxtapd" ? task.filename() == task.parent_path().parent_path().filename()
                                         : true;
}

/// The field's value in every thread of the process; they must agree.
std::string in_all_threads(pid_t pid, const std::string& name) {
  std::string common;
  std::size_t threads = 0;
  for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    if (!is_of_the_daemon(task.path())) continue;
    const auto value = field(task.path(), name);
    if (threads++ > 0 && value != common)
      return std::string("differs: ").append(common).append(" and ").append(value);
    common = value;
  }
  return threads > 1 ? common : "only one thread";  // the workers have theirs
}
std::uint64_t capabilities(pid_t pid, const std::string& set) {
  return std::stoull(in_all_threads(pid, set), nullptr, 16);
}

std::string first() {
  return segment_config({.self = 0}, unicast_to(1));
}
/// With a second segment, of VNI 43.
std::string with_second(const std::string& more) {
  return first() + "  - {vni: 43, tap: vx43, peers: {mode: unicast, remote: 192.0.2.2}" + more + "}\n";
}

/// A host where anyone may send echo requests, as systemd sets it, so that CAP_NET_RAW is needed for nothing.
struct Site {
  Site() { host.sysctl("ipv4/ping_group_range", "0 2147483647"); }
  Wire wire{2};
  Host& host = wire.host(0);
};

CommandResult reload_to(Vxtapd& daemon, const std::string& text) {
  daemon.rewrite(text);
  return daemon.ctl({"reload"});
}

const passwd& nobody() {
  const passwd* entry = getpwnam("nobody");
  if (entry == nullptr) throw std::runtime_error("no user nobody");
  return *entry;
}

struct stat status_of(const fs::path& path) {
  struct stat status {};
  check(stat(path.c_str(), &status), "stat " + path.string());
  return status;
}

}  // namespace

TEST_CASE("sandbox: every thread of a daemon that root started has CAP_NET_ADMIN and nothing else") {
  Site site;
  Vxtapd daemon(site.host, first());
  for (const char* set : {"CapEff", "CapPrm"}) CHECK(capabilities(daemon.pid(), set) == bit(CAP_NET_ADMIN));
  for (const char* set : {"CapInh", "CapAmb", "CapBnd"}) CHECK(capabilities(daemon.pid(), set) == 0);
  CHECK(in_all_threads(daemon.pid(), "NoNewPrivs") == "1");
  CHECK(in_all_threads(daemon.pid(), "Seccomp") == "2");
  CHECK_THAT(daemon.log(), !ContainsSubstring("sandbox:"));
}

TEST_CASE("sandbox: CAP_NET_RAW stays where echo requests need it") {
  Wire wire{2};
  wire.host(0).sysctl("ipv4/ping_group_range", "1 0");
  Vxtapd daemon(wire.host(0), first());
  CHECK(capabilities(daemon.pid(), "CapEff") == (bit(CAP_NET_ADMIN) | bit(CAP_NET_RAW)));
}

TEST_CASE("sandbox: a port below 1024 keeps what another one needs") {
  Site site;
  Vxtapd daemon(site.host, "metrics: {listen: \"127.0.0.1:909\"}\n" + first());
  CHECK(capabilities(daemon.pid(), "CapEff") == (bit(CAP_NET_ADMIN) | bit(CAP_NET_BIND_SERVICE)));
  CHECK(reload_to(daemon, "metrics: {listen: \"127.0.0.1:910\"}\n" + first()).exit_code == 0);
}

TEST_CASE("sandbox: the first port below 1024 waits for a restart, and the refusal says so") {
  Site site;
  Vxtapd daemon(site.host, first());
  for (const auto& config :
       {"metrics: {listen: \"127.0.0.1:909\"}\n" + first(), with_second(", underlay: {port: 909}")}) {
    const auto refused = reload_to(daemon, config);
    CHECK(refused.exit_code == 1);
    CHECK_THAT(refused.err, ContainsSubstring("restart") && ContainsSubstring("1024"));
  }
}

TEST_CASE("sandbox: a reload adds TAPs with master and owner, groups, and the metrics listener") {
  Site site;
  site.host.ip("link add br0 type bridge");
  Vxtapd daemon(site.host, first());
  const std::string wanted = "metrics: {listen: \"127.0.0.1:9478\"}\n" + first() +
                             "  - vni: 43\n"
                             "    tap: {name: vx43, master: br0, owner: nobody, addresses: [10.43.0.1/24]}\n"
                             "    peers: {mode: unicast, remote: 192.0.2.2}\n"
                             "  - vni: 44\n"
                             "    tap: vx44\n"
                             "    underlay: {device: eth0, port: 4790}\n"
                             "    peers: {mode: multicast-group, group: 239.1.1.1}\n";
  const auto done = reload_to(daemon, wanted);
  INFO(done.out << done.err);
  REQUIRE(done.exit_code == 0);
  CHECK_THAT(site.host.ip("link show vx43"), ContainsSubstring("master br0"));
  CHECK(site.host.interface_mtu("vx44"));
  CHECK(reload_to(daemon, first()).exit_code == 0);
  CHECK_FALSE(site.host.interface_mtu("vx43"));
}

TEST_CASE("sandbox: a TAP that is deleted and made again is picked up") {
  Site site;
  Vxtapd daemon(site.host, first());
  site.host.ip("link delete vx42");
  CHECK(eventually([&] { return daemon.log().find("deleted") != std::string::npos; }));
  site.host.ip("tuntap add vx42 mode tap multi_queue");
  CHECK(eventually([&] { return daemon.log().find("picked up again") != std::string::npos; }));
}

TEST_CASE("sandbox: a configuration behind a link is read again, and so is one that replaces it") {
  Site site;
  const TempDirectory elsewhere;
  Vxtapd daemon(site.host, first());
  const auto file = daemon.config_file();
  fs::rename(file, file.string() + ".new");
  fs::rename(file.string() + ".new", file);  // as an editor saves
  CHECK(daemon.ctl({"reload"}).exit_code == 0);

  const auto target = elsewhere / "target.yaml";
  fs::copy(file, target);
  Vxtapd* const running = &daemon;
  running->stop();
  fs::remove(file);
  fs::create_symlink(target, file);
  const auto process = start_service(site.host, {built("vxtapd"), "--config", file}, elsewhere / "vxtapd");
  fs::copy(target, elsewhere / "next.yaml");
  fs::rename(elsewhere / "next.yaml", target);
  CHECK(running->ctl({"reload"}).exit_code == 0);
  CHECK(process->terminate() == 0);
}

TEST_CASE("sandbox: as another user it serves, reloads, and takes its socket along") {
  Site site;
  Launched daemon(site.host, first(), {.wrapper = with_open_tun(), .options = {"--user", "nobody"}});
  const auto four = [](auto id) {
    const auto text = std::to_string(id);
    return text + '\t' + text + '\t' + text + '\t' + text;
  };
  CHECK(in_all_threads(daemon.pid(), "Uid") == four(nobody().pw_uid));
  CHECK(in_all_threads(daemon.pid(), "Gid") == four(nobody().pw_gid));
  CHECK(capabilities(daemon.pid(), "CapEff") == bit(CAP_NET_ADMIN));
  CHECK(status_of(daemon.socket()).st_uid == nobody().pw_uid);
  CHECK(status_of(daemon.socket().parent_path()).st_uid == nobody().pw_uid);

  daemon.rewrite(with_second(""));
  const auto reloaded = daemon.ctl({"reload"});
  INFO(reloaded.err << daemon.log());
  CHECK(reloaded.exit_code == 0);
  CHECK(site.host.interface_mtu("vx43"));
  CHECK(daemon.ctl({"doctor"}).exit_code == 0);
  CHECK_THAT(daemon.log(), !ContainsSubstring("warning"));

  CHECK(daemon.stop() == 0);
  CHECK_FALSE(fs::exists(daemon.socket()));
}

TEST_CASE("sandbox: a user who cannot read the configuration is named at the start") {
  Site site;
  const TempDirectory closed;  // root's alone
  const auto file = closed / "vxtapd.yaml";
  write_file(file, "control: {socket: " + (closed / "control.sock").string() + "}\n" + first());
  fs::permissions(file, fs::perms(0600));
  Process process(site.host.thread(), {built("vxtapd"), "--config", file, "--user", "nobody"}, {},
                  closed / "log");
  REQUIRE(eventually([&] { return process.log().find("running:") != std::string::npos; }));
  CHECK_THAT(process.log(), ContainsSubstring(file.string()) && ContainsSubstring("nobody") &&
                                ContainsSubstring("a reload will be refused") &&
                                ContainsSubstring("a dead socket stays behind"));
  CHECK(process.terminate() == 0);
}

TEST_CASE("sandbox: a user whom this host does not have is exit 3 before anything is made") {
  Site site;
  const TempDirectory directory;
  const auto file = directory / "vxtapd.yaml";
  write_file(file, "control: {socket: " + (directory / "control.sock").string() + "}\n" + first());
  const auto result = site.host.command({built("vxtapd"), "--config", file, "--user", "no-such-user"});
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.err, ContainsSubstring("no-such-user") && ContainsSubstring("no such user"));
  CHECK_FALSE(site.host.interface_mtu("vx42"));
}

TEST_CASE("sandbox: --no-sandbox leaves everything as it was, and is warned of") {
  Site site;
  Launched daemon(site.host, first(), {.options = {"--no-sandbox"}});
  CHECK(in_all_threads(daemon.pid(), "Seccomp") == "0");
  CHECK(in_all_threads(daemon.pid(), "NoNewPrivs") == "0");
  CHECK((capabilities(daemon.pid(), "CapEff") & bit(CAP_SYS_ADMIN)) != 0);
  CHECK_THAT(daemon.log(), ContainsSubstring("--no-sandbox"));
  CHECK(daemon.stop() == 0);
}
