#include <map>
#include <sstream>

#include "lab/http.hpp"
#include "lab/overlay.hpp"
#include "lab/raw_peers.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// The page /metrics against `stats -j`, Debian's promtool and a Prometheus server.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::uint16_t kPort = 9478;
constexpr auto kServer = "http://127.0.0.1:9090";
constexpr auto kStranger = "02:99:00:00:00:01";

using Samples = std::map<std::string, double>;

/// A daemon that has forwarded, flooded, learned and dropped.
struct Site {
  Site() {
    add_kernel_vxlan(wire.host(1), {.self = 1}, "remote 192.0.2.1");
    REQUIRE(reaches(host, overlay_address(1, Family::kIpv4)));
    REQUIRE(ping(host, overlay_address(1, Family::kIpv4), 20).received == 20);
    for (int i = 0; i < 3; ++i) send_underlying(wire, {}, vxlan(43, test_frame(kStranger, overlay_mac(0))));
    for (int i = 0; i < 5; ++i) send_encapsulated(wire, 1, overlay_mac(0), overlay_mac(0));  // our own MAC
    REQUIRE(eventually([&] { return daemon.segment_drops(42, "own_mac") == 5; }));
    REQUIRE(eventually([&] { return daemon.global_drops("vni_unknown") == 3; }));
  }
  std::string page() { return http_get(host, Endpoint("127.0.0.1", kPort), "/metrics").body; }

  /// The page and what `stats -j` said before and after it, both times the same.
  std::pair<Samples, boost::json::object> page_and_stats() {
    std::pair<Samples, boost::json::object> both;
    REQUIRE(eventually([&] {
      const auto before = daemon.json({"stats"});
      both = {samples_of(page()), before.as_object()};
      return daemon.json({"stats"}) == before;
    }));
    return both;
  }

  Wire wire{2};
  Host& host = wire.host(0);
  Vxtapd daemon{host, "metrics: {listen: 127.0.0.1:9478}\n" + segment_config({.self = 0}, unicast_to(1))};
};

void check_segment(const Samples& samples, const boost::json::object& stats) {
  const std::string labels = R"({vni="42",segment="blue",tap="vx42")";
  const auto agrees = [&](const std::string& name, const std::string& more,
                          const boost::json::value& number) {
    CAPTURE(name, more);
    CHECK(samples.at(name + labels + more + "}") == number.to_number<double>());
  };
  for (const std::string way : {"tx", "rx"}) {
    const auto more = ",direction=\"" + way + "\"";
    agrees("vxtap_packets_total", more, stats.at(way).at("packets"));
    agrees("vxtap_bytes_total", more, stats.at(way).at("bytes"));
  }
  for (const auto& [reason, count] : stats.at("drops").as_object())
    agrees("vxtap_drops_total", ",reason=\"" + std::string(reason) + "\"", count);
  for (const std::string key : {"learned", "moved", "aged", "refused"})
    agrees("vxtap_fdb_" + key + "_total", "", stats.at("fdb").at(key));
  agrees("vxtap_fdb_entries", "", stats.at("fdb").at("entries"));
  for (const std::string key : {"flooded", "flooded_copies", "suppressed", "partial_checksum_completed"})
    agrees("vxtap_" + key + "_total", "", stats.at(key));
}

/// What stands between .nf and .fi under METRICS, one text for each pair.
std::vector<std::string> examples_of(const std::string& page) {
  std::vector<std::string> examples;
  std::istringstream lines(page.substr(page.find(".SH METRICS")));
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == ".nf") examples.emplace_back();
    if (line == ".nf" || line == ".fi") inside = line == ".nf";
    if (!inside || line.starts_with('.')) continue;
    for (auto at = line.find("\\-"); at != std::string::npos; at = line.find("\\-")) line.erase(at, 1);
    examples.back() += line + "\n";
  }
  return examples;
}

}  // namespace

TEST_CASE("metrics: after traffic and drops the page agrees with stats -j") {
  Site site;
  const auto [samples, stats] = site.page_and_stats();
  check_segment(samples, stats.at("segments").at(0).as_object());
  for (const auto& [reason, count] : stats.at("drops").as_object())
    CHECK(samples.at("vxtap_unattributed_drops_total{reason=\"" + std::string(reason) + "\"}") ==
          count.to_number<double>());
  for (const auto& [name, count] : stats.at("kernel").as_object())
    CHECK(samples.at("vxtap_" + std::string(name) + "_total") == count.to_number<double>());

  CHECK(samples.at(R"(vxtap_packets_total{vni="42",segment="blue",tap="vx42",direction="tx"})") >= 20);
  CHECK(samples.at(R"(vxtap_drops_total{vni="42",segment="blue",tap="vx42",reason="own_mac"})") == 5);
  CHECK(samples.at(R"(vxtap_unattributed_drops_total{reason="vni_unknown"})") == 3);
}

TEST_CASE("metrics: the TAP's state and MTU are the interface's") {
  Site site;
  const auto tap = [&](const std::string& name) {
    return samples_of(site.page()).at(name + R"({tap="vx42"})");
  };
  CHECK(tap("vxtap_tap_up") == 1);
  CHECK(tap("vxtap_tap_mtu_bytes") == site.host.interface_mtu("vx42"));
  site.host.ip("link set vx42 mtu 1400 down");
  CHECK(eventually([&] { return tap("vxtap_tap_up") == 0 && tap("vxtap_tap_mtu_bytes") == 1400; }));
}

TEST_CASE("metrics: promtool finds nothing amiss in the page, nor in the manual's examples") {
  Site site;
  const auto found = [&](const std::string& words, const std::string& input) {
    const std::string file = site.host.directory() / "input";
    write_file(file, input);
    const auto result = site.host.command({"sh", "-c", "promtool " + words + " && echo fine", "sh", file});
    return result.out + result.err;
  };
  CHECK(found("check metrics <\"$1\"", site.page()) == "fine\n");
  CHECK_THAT(found("check metrics <\"$1\"", "# HELP bad x\n# TYPE bad counter\nbad 1\n"),
             ContainsSubstring("_total"));

  const auto examples = examples_of(read_file(VXTAP_SOURCE_DIR "/src/vxtapctl/man/vxtapd.8"));
  REQUIRE(examples.size() == 2);
  CHECK_THAT(found("check config \"$1\"", examples[0]), ContainsSubstring("fine\n"));
  CHECK_THAT(found("check rules \"$1\"", examples[1]),
             ContainsSubstring("3 rules found") && ContainsSubstring("fine\n"));
}

TEST_CASE("metrics: a Prometheus server scrapes the daemon and answers with its values") {
  Site site;
  const auto& directory = site.host.directory();
  write_file(directory / "prometheus.yaml",
             "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
             "scrape_configs: [{job_name: vxtapd, static_configs: [{targets: ['127.0.0.1:9478']}]}]\n");
  Process server(
      site.host.thread(),
      {"prometheus", "--config.file=" + (directory / "prometheus.yaml").string(),
       "--storage.tsdb.path=" + (directory / "tsdb").string(), "--web.listen-address=127.0.0.1:9090"},
      {}, directory / "prometheus.log");
  /// Empty until it has one.
  const auto query = [&](const std::string& expression) {
    const auto result =
        site.host.command({"promtool", "query", "-o", "json", "instant", kServer, expression});
    if (result.exit_code != 0) return std::string();
    const auto found = boost::json::parse(result.out);
    if (found.as_array().empty()) return std::string();
    return std::string(found.at(0).at("value").at(1).as_string());
  };
  const bool scraped = eventually([&] { return query("up{job=\"vxtapd\"}") == "1"; });
  INFO(server.log());
  REQUIRE(scraped);
  CHECK(query(R"(vxtap_drops_total{segment="blue",reason="own_mac"})") == "5");
  CHECK(query(R"(vxtap_unattributed_drops_total{reason="vni_unknown"})") == "3");
  CHECK(query("vxtap_segment_info * 7") == "7");
  CHECK(eventually([&] {
    return query(R"(vxtap_bytes_total{vni="42",direction="rx"})") ==
           std::to_string(site.daemon.stat(42, {"rx", "bytes"}));
  }));
  CHECK(server.terminate() == 0);
}
