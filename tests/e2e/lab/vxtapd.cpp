#include "lab/vxtapd.hpp"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>

#include "lab/unprivileged.hpp"
#include "support/catch.hpp"

namespace vxtap::lab {
namespace {

/// With `offload: off` in every `tap: {`, unless the configuration speaks of offload itself.
std::string without_offload(std::string config) {
  static constexpr std::string_view kTap = "tap: {";
  if (config.find("offload:") != std::string::npos) return config;
  for (auto at = config.find(kTap); at != std::string::npos; at = config.find(kTap, at + kTap.size()))
    config.insert(at + kTap.size(), "offload: off, ");
  return config;
}

/// Where a case leaves the number open, VXTAP_TEST_WORKERS may say it. At the end, where it moves no line.
std::string workers_for(const std::string& config) {
  const char* value = std::getenv("VXTAP_TEST_WORKERS");
  const bool open = value != nullptr && config.find("workers:") == std::string::npos;
  return open ? "workers: " + std::string(value) + "\n" : std::string();
}

}  // namespace

std::string sanitizer_report(const std::string& log) {
  for (const char* mark :
       {"ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer", "runtime error:"}) {
    const auto at = log.find(mark);
    if (at != std::string::npos) return log.substr(at, log.find('\n', at) - at);
  }
  return {};
}

bool offload_is_off() {
  const char* value = std::getenv("VXTAP_TEST_OFFLOAD");
  return value != nullptr && value == std::string_view("off");
}

Vxtapd::Vxtapd(Host& host, const std::string& config, std::optional<uid_t> user)
    : host_(host), config_file_(directory_ / "vxtapd.yaml") {
  rewrite(config);
  Arguments command{built("vxtapd"), "--config", config_file_};
  if (user) {
    for (const auto& path : {directory_ / "", config_file_})
      check(chown(path.c_str(), *user, static_cast<gid_t>(-1)), "chown " + path.string());
    command = without_privileges(*user, command);
  }
  process_ = start_service(host, command, directory_ / "vxtapd");
}

Vxtapd::~Vxtapd() {
  stop();
  if (std::uncaught_exceptions() > 0) std::cerr << "--- vxtapd said:\n" << log() << "---\n";
}

void Vxtapd::rewrite(const std::string& config) {
  write_file(config_file_, "control: {socket: " + socket_path() + "}\n" +
                               (offload_is_off() ? without_offload(config) : config) + workers_for(config));
}

void Vxtapd::stop() {
  const bool ended_before = !process_->running();
  const int code = ended_before ? process_->wait(milliseconds(0)).value() : process_->terminate();
  INFO("vxtapd said:\n" << log());
  CHECK(code == 0);
  CHECK(sanitizer_report(log()).empty());
}

std::string Vxtapd::socket_path() const {
  return directory_ / "control.sock";
}

CommandResult Vxtapd::ctl(const Arguments& words) {
  Arguments arguments{built("vxtapctl"), "-s", socket_path()};
  arguments.insert(arguments.end(), words.begin(), words.end());
  return host_.command(arguments);
}

boost::json::value Vxtapd::json(const Arguments& words) {
  Arguments arguments{"-j"};
  arguments.insert(arguments.end(), words.begin(), words.end());
  const auto result = ctl(arguments);
  if (result.exit_code != 0)
    throw std::runtime_error("vxtapctl exit " + std::to_string(result.exit_code) + ": " + result.err);
  return boost::json::parse(result.out);
}

std::int64_t Vxtapd::stat(unsigned vni, std::initializer_list<std::string_view> path) {
  const boost::json::value stats = json({"stats"});
  for (const auto& segment : stats.at("segments").as_array()) {
    if (segment.at("vni").to_number<unsigned>() != vni) continue;
    const boost::json::value* value = &segment;
    for (const auto& key : path) value = &value->at(key);
    return value->to_number<std::int64_t>();
  }
  throw std::runtime_error("no segment with VNI " + std::to_string(vni));
}

std::int64_t Vxtapd::global_drops(std::string_view reason) {
  return json({"stats"}).at("drops").at(reason).to_number<std::int64_t>();
}

boost::json::array Vxtapd::fdb(const std::string& mac) {
  boost::json::array rows;
  const boost::json::value table = json({"fdb", "show"});
  for (const auto& row : table.as_array())
    if (row.at("mac").as_string() == mac) rows.push_back(row);
  return rows;
}

std::string Vxtapd::learned_remote(const std::string& mac) {
  const auto rows = fdb(mac);
  if (rows.empty()) return {};
  if (rows.size() > 1) throw std::runtime_error("several entries for " + mac);
  return std::string(rows.front().at("dst").as_string());
}

}  // namespace vxtap::lab
