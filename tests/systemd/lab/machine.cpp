#include "lab/machine.hpp"

#include <exception>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "lab/sanitized_unit.hpp"
#include "lab/service.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

namespace vxtap::lab {
namespace {

namespace fs = std::filesystem;

Arguments words_of(const std::string& words) {
  std::istringstream in(words);
  return {std::istream_iterator<std::string>(in), {}};
}

/// A process id in the machine whose process 1 is `init`, as it is here; 0 when there is none.
pid_t seen_from_here(pid_t init, pid_t inside) {
  const auto pid_namespace = [](const fs::path& process) {
    std::error_code gone;
    return fs::read_symlink(process / "ns" / "pid", gone);
  };
  const auto wanted = pid_namespace("/proc/" + std::to_string(init));
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (pid_namespace(entry.path()) != wanted) continue;
    const std::string status = read_file(entry.path() / "status");
    const auto line = status.find("\nNSpid:");  // from the outermost namespace to the innermost
    if (line == std::string::npos) continue;
    const Arguments ids = words_of(status.substr(line + 7, status.find('\n', line + 7) - line - 7));
    if (ids.back() == std::to_string(inside)) return std::stoi(entry.path().filename());
  }
  return 0;
}

}  // namespace

Machine::Machine(Host& host, const Files& files, Programs programs) : host_(host) {
  if (programs == Programs::kInstalled) install_programs();
  lay_out(files);
  // SIGTERM is what boot.sh cleans up on, also when this process is killed.
  const std::string boot = VXTAP_SYSTEMD_TESTS_DIR "/lab/boot.sh";
  process_ = std::make_unique<Process>(
      host.thread(), Arguments{"setpriv", "--pdeathsig", "TERM", boot, directory_ / "files"},
      std::vector<std::string>{}, directory_ / "log");
  wait_until_running();
}

Machine::~Machine() {
  const std::string said = command({"journalctl", "--no-pager", "--output=short-monotonic"}).out;
  process_->terminate();
  INFO("journal:\n" << said);
  CHECK(sanitizer_report(said).empty());
  if (std::uncaught_exceptions() > 0) std::cerr << "--- the machine's journal:\n" << said << "---\n";
}

void Machine::install_programs() {
  const fs::path root = directory_ / "files";
  const auto link = [&](const fs::path& file, const std::string& at) {
    fs::create_directories((root / at).parent_path());
    fs::create_symlink(file, root / at);
  };
  link(built("vxtapd"), "usr/sbin/vxtapd");
  link(built("vxtapctl"), "usr/bin/vxtapctl");
  const fs::path units = VXTAP_UNITS_DIR;
  for (const std::string unit : {"vxtapd.service", "vxtapd@.service"}) {
    link(units / unit, "usr/lib/systemd/system/" + unit);
    if (const std::string text = sanitized_drop_in(); !text.empty()) {
      const fs::path directory = root / "usr/lib/systemd/system" / (unit + ".d");
      fs::create_directories(directory);
      write_file(directory / "sanitized.conf", text);
    }
  }
  link(units / "sysusers.conf", "usr/lib/sysusers.d/vxtap.conf");
}

void Machine::lay_out(const Files& files) {
  const fs::path root = directory_ / "files";
  fs::create_directories(root);
  for (const auto& [path, text] : files) {
    const fs::path file = root / fs::path(path).relative_path();
    fs::create_directories(file.parent_path());
    write_file(file, text);
  }
}

void Machine::wait_until_running() {
  const auto first_line = [this] { return std::istringstream(process_->log()); };
  const auto running = [&] {
    if (init_ < 0 && !(first_line() >> init_)) init_ = -1;
    return init_ > 0 && command({"systemctl", "is-system-running"}).out == "running\n";
  };
  if (eventually([&] { return running() || !process_->running(); }) && process_->running()) return;
  throw std::runtime_error("systemd did not come up:\n" + process_->log());
}

CommandResult Machine::command(const Arguments& arguments, milliseconds patience) {
  Arguments all{"nsenter", "--all", "--target", std::to_string(init_), "--wd=/"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return host_.command(all, patience);
}

std::string Machine::must(const std::string& words) {
  const auto result = command(words_of(words));
  if (result.exit_code != 0) throw std::runtime_error("`" + words + "` failed: " + result.out + result.err);
  return result.out;
}

CommandResult Machine::systemctl(const std::string& words) {
  return command(words_of("systemctl " + words));
}

std::filesystem::path Machine::outside(const std::string& path) const {
  return "/proc/" + std::to_string(init_) + "/root" + path;
}

void Machine::write(const std::string& path, const std::string& text) {
  fs::create_directories(outside(path).parent_path());
  write_file(outside(path), text);
}

std::string Machine::read(const std::string& path) const {
  return read_file(outside(path));
}

bool Machine::exists(const std::string& path) const {
  return fs::exists(fs::symlink_status(outside(path)));
}

void Machine::drop_in(const std::string& unit, const std::string& text) {
  write("/etc/systemd/system/" + unit + ".d/" + std::to_string(++drop_ins_) + ".conf", text);
  must("systemctl daemon-reload");
}

std::string Machine::property(const std::string& unit, const std::string& name) {
  std::string value = must("systemctl show --value --property " + name + " " + unit);
  while (!value.empty() && value.back() == '\n') value.pop_back();
  return value;
}

std::string Machine::journal(const std::string& unit) {
  must("journalctl --sync");
  return must("journalctl --no-pager --output=cat --unit " + unit);
}

pid_t Machine::main_process(const std::string& unit) {
  const std::string inside = property(unit, "MainPID");
  const pid_t pid = inside == "0" ? 0 : seen_from_here(init_, std::stoi(inside));
  if (pid == 0) throw std::runtime_error(unit + " has no main process");
  return pid;
}

}  // namespace vxtap::lab
