// Somebody sets the clock, by years, under a daemon that runs.
#include <fstream>
#include <sstream>

#include "faults/lone_daemon.hpp"
#include "lab/files.hpp"
#include "lab/traffic.hpp"
#include "support/catch.hpp"

using namespace vxtap::lab;

namespace {

constexpr std::int64_t kTenYears = 10LL * 365 * 24 * 3600;

void set_shift(const std::string& file, std::int64_t seconds) {
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  out.write(reinterpret_cast<const char*>(&seconds), sizeof seconds);
}

/// The years of a log's lines, in order, each once.
std::vector<std::string> years(const std::string& log) {
  std::vector<std::string> out;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);)
    if (const auto year = line.substr(0, 4); out.empty() || out.back() != year) out.push_back(year);
  return out;
}

}  // namespace

TEST_CASE("faults: the clock is set, and nothing ages, waits or stops for it") {
  const TempDirectory directory;
  const std::string shift = directory / "shift";
  write_file(shift, std::string(sizeof kTenYears, '\0'));
  LoneDaemon site({"LD_PRELOAD=" VXTAP_SHIFTED_CLOCK, "SHIFTED_CLOCK=" + shift}, "fdb: {ageing: 10m}");
  const auto entries = site.segment().at("fdb").at("entries");

  UdpFlow out(site.near(), site.far(), "10.42.0.2"), in(site.far(), site.near(), "10.42.0.1");
  for (const std::int64_t seconds : {kTenYears, -kTenYears, std::int64_t{0}}) {
    set_shift(shift, seconds);
    CHECK(out.goes_on(1000));
    CHECK(in.goes_on(1000));
    CHECK(site.daemon().ctl({"reload"}).exit_code == 0);
  }
  for (UdpFlow* flow : {&out, &in}) {
    const auto result = flow->stop();
    CHECK(result.received == result.sent);
  }
  CHECK(site.segment().at("fdb").at("entries") == entries);
  CHECK(site.segment().at("fdb").at("aged") == 0);
  CHECK(years(site.daemon().log()).size() == 4);  // the clock was set indeed
}
