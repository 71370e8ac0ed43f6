#include "vxtapd/metric_families.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "unit/control/fake_daemon.hpp"
#include "unit/vxtapctl/man_page.hpp"

using namespace vxtap;
using prometheus::MetricFamily;
using prometheus::MetricType;

namespace {

using Labels = std::set<std::pair<std::string, std::string>>;

constexpr service::ProcessFacts kProcess{
    .start_time = 1e9, .cpu_seconds = 2.5, .resident_bytes = 4096, .open_files = 7};

std::vector<MetricFamily> families(const control::DaemonApi& daemon) {
  std::vector<MetricFamily> all;
  daemon::visit_families(daemon, kProcess, [&](MetricFamily family) { all.push_back(std::move(family)); });
  return all;
}

Labels labels_of(const prometheus::ClientMetric& metric) {
  Labels labels;
  for (const auto& label : metric.label) labels.emplace(label.name, label.value);
  return labels;
}

/// Every series with its value.
std::map<std::pair<std::string, Labels>, double> values(const control::DaemonApi& daemon) {
  std::map<std::pair<std::string, Labels>, double> all;
  for (const auto& family : families(daemon))
    for (const auto& metric : family.metric) {
      const bool counter = family.type == MetricType::Counter;
      const bool is_new = all.emplace(std::pair(family.name, labels_of(metric)),
                                      counter ? metric.counter.value : metric.gauge.value)
                              .second;
      INFO(family.name);
      CHECK(is_new);  // two series with the same labels are refused by Prometheus
    }
  return all;
}

const Labels kBlue{{"vni", "42"}, {"segment", "blue"}, {"tap", "vx42"}};

Labels blue_with(const std::string& name, const std::string& value) {
  auto labels = kBlue;
  labels.emplace(name, value);
  return labels;
}

}  // namespace

TEST_CASE("metrics: every figure of a segment") {
  const test::FakeDaemon daemon;
  auto all = values(daemon);
  const auto blue = [&](const std::string& name) { return all.at({name, kBlue}); };
  CHECK(all.at({"vxtap_packets_total", blue_with("direction", "tx")}) == 10);
  CHECK(all.at({"vxtap_packets_total", blue_with("direction", "rx")}) == 20);
  CHECK(all.at({"vxtap_bytes_total", blue_with("direction", "tx")}) == 1500);
  CHECK(all.at({"vxtap_bytes_total", blue_with("direction", "rx")}) == 3'000'000);
  CHECK(blue("vxtap_flooded_total") == 6);
  CHECK(blue("vxtap_flooded_copies_total") == 12);
  CHECK(blue("vxtap_suppressed_total") == 8);
  CHECK(blue("vxtap_partial_checksum_completed_total") == 9);
  CHECK(blue("vxtap_fdb_entries") == 3);
  CHECK(blue("vxtap_fdb_limit") == 65536);
  CHECK(blue("vxtap_fdb_learned_total") == 4);
  CHECK(blue("vxtap_fdb_moved_total") == 1);
  CHECK(blue("vxtap_fdb_aged_total") == 2);
  CHECK(blue("vxtap_fdb_refused_total") == 5);
}

TEST_CASE("metrics: every drop reason of every segment and before it, also what never happened") {
  const test::FakeDaemon daemon;
  const auto all = values(daemon);
  const Labels red{{"vni", "7"}, {"segment", "red"}, {"tap", "vx7"}};
  for (const auto& reason : kDropReasons) {
    const std::string name(reason.name);
    CAPTURE(name);
    auto of_red = red;
    of_red.emplace("reason", name);
    CHECK(all.at({"vxtap_drops_total", of_red}) == 0);
    CHECK(all.count({"vxtap_drops_total", blue_with("reason", name)}) == 1);
    CHECK(all.count({"vxtap_unattributed_drops_total", {{"reason", name}}}) == 1);
  }
  CHECK(all.at({"vxtap_drops_total", blue_with("reason", "too_big")}) == 3);
  CHECK(all.at({"vxtap_drops_total", blue_with("reason", "tap_full")}) == 4);
  CHECK(all.at({"vxtap_unattributed_drops_total", {{"reason", "too_big"}}}) == 100);
  CHECK(all.at({"vxtap_unattributed_drops_total", {{"reason", "vni_unknown"}}}) == 77);
}

TEST_CASE("metrics: what a segment is") {
  test::FakeDaemon daemon;
  daemon.segment_reports[1].vlan = 70;
  const auto all = values(daemon);
  auto blue = kBlue;
  blue.merge(Labels{{"local", "192.0.2.1"}, {"port", "4789"}, {"mode", "static-flood"}, {"device", "eth0"}});
  CHECK(all.at({"vxtap_segment_info", blue}) == 1);
  CHECK(all.at({"vxtap_segment_info",
                {{"vni", "7"},
                 {"segment", "red"},
                 {"tap", "vx7"},
                 {"local", "2001:db8::1"},
                 {"port", "4789"},
                 {"mode", "multicast-group"},
                 {"vlan", "70"}}}) == 1);
}

TEST_CASE("metrics: a TAP counts once, however many segments it carries") {
  test::FakeDaemon daemon;
  daemon.segment_reports.push_back(daemon.segment_reports[0]);
  daemon.segment_reports[2].vni = *Vni::from(43);
  daemon.segment_reports[2].name = "green";
  const auto all = values(daemon);
  CHECK(all.at({"vxtap_tap_up", {{"tap", "vx42"}}}) == 1);
  CHECK(all.at({"vxtap_tap_up", {{"tap", "vx7"}}}) == 0);
  CHECK(all.at({"vxtap_tap_mtu_bytes", {{"tap", "vx42"}}}) == 1450);
  CHECK(all.at({"vxtap_tap_kernel_drops_total", {{"tap", "vx42"}}}) == 11);
}

TEST_CASE("metrics: segments of one VNI, name and TAP are told apart by their VLAN") {
  test::FakeDaemon daemon;
  daemon.segment_reports[1] = daemon.segment_reports[0];
  daemon.segment_reports[0].vlan = 10;
  daemon.segment_reports[1].totals.flooded = 66;
  const auto all = values(daemon);
  const auto named = [](const std::string& name) {
    return Labels{{"vni", "42"}, {"segment", name}, {"tap", "vx42"}};
  };
  CHECK(all.at({"vxtap_flooded_total", named("blue vlan 10")}) == 6);
  CHECK(all.at({"vxtap_flooded_total", named("blue vlan none")}) == 66);
}

TEST_CASE("metrics: the daemon, its configuration and its process") {
  test::FakeDaemon daemon;
  daemon.daemon_totals.worker_loans = 16;
  daemon.daemon_totals.stuck_workers = 2;
  daemon.daemon_totals.last_reload_success =
      std::chrono::system_clock::time_point(std::chrono::milliseconds(1'500'000'000'250));
  auto all = values(daemon);
  const auto plain = [&](const std::string& name) { return all.at({name, {}}); };
  CHECK(plain("vxtap_socket_overflows_total") == 13);
  CHECK(plain("vxtap_trains_refused_total") == 14);
  CHECK(plain("vxtap_superframes_refused_total") == 15);
  CHECK(plain("vxtap_worker_loans_total") == 16);
  CHECK(plain("vxtap_stuck_workers") == 2);
  CHECK(plain("vxtap_config_last_reload_successful") == 1);
  CHECK(plain("vxtap_config_last_reload_success_timestamp_seconds") ==
        Approx(1'500'000'000.25).epsilon(0).margin(0.001));
  CHECK(plain("process_start_time_seconds") == 1e9);
  CHECK(plain("process_cpu_seconds_total") == 2.5);
  CHECK(plain("process_resident_memory_bytes") == 4096);
  CHECK(plain("process_open_fds") == 7);
  CHECK(all.at({"vxtap_build_info", {{"version", "0.1.0"}}}) == 1);
  daemon.daemon_totals.last_reload_ok = false;
  CHECK(values(daemon).at({"vxtap_config_last_reload_successful", {}}) == 0);
}

TEST_CASE("metrics: families have one name each, a text, and the type that the name says") {
  const test::FakeDaemon daemon;
  std::set<std::string> names;
  for (const auto& family : families(daemon)) {
    CAPTURE(family.name);
    CHECK(names.insert(family.name).second);
    CHECK(family.help.ends_with('.'));
    CHECK(family.name.ends_with("_total") == (family.type == MetricType::Counter));
    CHECK((family.type == MetricType::Counter || family.type == MetricType::Gauge));
    CHECK_FALSE(family.metric.empty());
  }
}

TEST_CASE("vxtapd(8) has every metric with its labels, and no others") {
  test::FakeDaemon daemon;
  daemon.segment_reports[0].vlan = 10;  // so that every label is there
  std::set<std::string> known;
  for (const auto& family : families(daemon)) {
    std::string text;
    for (const auto& label : family.metric.front().label) text += (text.empty() ? "" : ",") + label.name;
    known.insert(family.name + (text.empty() ? "" : "{" + text + "}"));
  }
  std::set<std::string> written;
  for (const auto& entry : test::man_entries(VXTAP_SOURCE_DIR "/src/vxtapctl/man/vxtapd.8"))
    if (entry.section == "METRICS") written.insert(entry.tag);
  CHECK(written == known);
}
