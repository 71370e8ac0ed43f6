#include "vxtapd/metric_families.hpp"

#include <prometheus/text_serializer.h>

#include <map>
#include <set>
#include <span>
#include <sstream>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "control/report_json.hpp"
#include "control/version.hpp"

namespace vxtap::daemon {
namespace {

using control::DaemonTotals;
using control::SegmentReport;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;
using DropCounts = std::array<std::uint64_t, kDropReasonCount>;

/// A segment and the labels that all of its series have.
struct LabelledSegment {
  const SegmentReport& report;
  Labels labels;
};

template <typename Source>
struct Metric {
  std::string_view name;
  std::string_view help;
  double (*value)(const Source&);
};

constexpr double number(std::uint64_t count) {
  return static_cast<double>(count);
}

constexpr Metric<SegmentReport> kSegmentMetrics[] = {
    {"vxtap_flooded_total", "Frames sent to the flood list.",
     [](const SegmentReport& of) { return number(of.totals.flooded); }},
    {"vxtap_flooded_copies_total", "Copies that flooded frames made.",
     [](const SegmentReport& of) { return number(of.totals.flooded_copies); }},
    {"vxtap_suppressed_total",
     "ARP requests and neighbour solicitations answered instead of flooded, and membership reports kept from "
     "the host.",
     [](const SegmentReport& of) { return number(of.totals.suppressed); }},
    {"vxtap_partial_checksum_completed_total", "Frames whose checksum was completed before they left.",
     [](const SegmentReport& of) { return number(of.totals.partial_checksum_completed); }},
    {"vxtap_fdb_entries", "Entries in the FDB.",
     [](const SegmentReport& of) { return number(of.fdb_entries); }},
    {"vxtap_fdb_limit", "Entries that the FDB may have.",
     [](const SegmentReport& of) { return number(of.fdb_limit); }},
    {"vxtap_fdb_learned_total", "MAC addresses learned.",
     [](const SegmentReport& of) { return number(of.learned); }},
    {"vxtap_fdb_moved_total", "MAC addresses that moved to another remote.",
     [](const SegmentReport& of) { return number(of.moved); }},
    {"vxtap_fdb_aged_total", "MAC addresses forgotten because they were not heard.",
     [](const SegmentReport& of) { return number(of.aged); }},
    {"vxtap_fdb_refused_total", "Frames whose source found no room in the FDB, and entries that made room.",
     [](const SegmentReport& of) { return number(of.refused); }},
};

constexpr Metric<SegmentReport> kTapMetrics[] = {
    {"vxtap_tap_up", "1 if the TAP interface is up, 0 if it is down or gone.",
     [](const SegmentReport& of) { return of.tap_state == "UP" ? 1.0 : 0.0; }},
    {"vxtap_tap_mtu_bytes", "MTU of the TAP interface.",
     [](const SegmentReport& of) { return number(of.mtu); }},
    {"vxtap_tap_kernel_drops_total", "Frames that the kernel dropped because the TAP's queue was full.",
     [](const SegmentReport& of) { return number(of.tap_kernel_drops); }},
};

constexpr Metric<DaemonTotals> kDaemonMetrics[] = {
    {"vxtap_socket_overflows_total",
     "Datagrams, or trains of them, that found a full socket buffer or had a wrong UDP checksum.",
     [](const DaemonTotals& of) { return number(of.socket_overflows); }},
    {"vxtap_trains_refused_total", "Sends of several datagrams that went out one by one instead.",
     [](const DaemonTotals& of) { return number(of.trains_refused); }},
    {"vxtap_superframes_refused_total", "Writes to a TAP that were cut into packets instead.",
     [](const DaemonTotals& of) { return number(of.superframes_refused); }},
    {"vxtap_worker_loans_total", "Times that a saturated worker lent its sockets to an idle one.",
     [](const DaemonTotals& of) { return number(of.worker_loans); }},
    {"vxtap_stuck_workers", "Workers that gave no sign of life lately.",
     [](const DaemonTotals& of) { return number(of.stuck_workers); }},
    {"vxtap_config_last_reload_successful", "1 if the last reload was carried out, 0 if it was refused.",
     [](const DaemonTotals& of) { return of.last_reload_ok ? 1.0 : 0.0; }},
    {"vxtap_config_last_reload_success_timestamp_seconds", "When the running configuration was taken over.",
     [](const DaemonTotals& of) {
       return std::chrono::duration<double>(of.last_reload_success.time_since_epoch()).count();
     }},
};

// The names and texts that every Prometheus client has for these.
constexpr Metric<service::ProcessFacts> kProcessMetrics[] = {
    {"process_start_time_seconds", "Start time of the process since unix epoch in seconds.",
     [](const service::ProcessFacts& of) { return of.start_time; }},
    {"process_cpu_seconds_total", "Total user and system CPU time spent in seconds.",
     [](const service::ProcessFacts& of) { return of.cpu_seconds; }},
    {"process_resident_memory_bytes", "Resident memory size in bytes.",
     [](const service::ProcessFacts& of) { return number(of.resident_bytes); }},
    {"process_open_fds", "Number of open file descriptors.",
     [](const service::ProcessFacts& of) { return number(of.open_files); }},
};

MetricFamily family(std::string_view name, std::string_view help) {
  return {std::string(name),
          std::string(help),
          name.ends_with("_total") ? MetricType::Counter : MetricType::Gauge,
          {}};
}

void add(MetricFamily& to, Labels labels, double value) {
  ClientMetric& metric = to.metric.emplace_back();
  metric.label = std::move(labels);
  (to.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
}

Labels with(Labels labels, std::string_view name, std::string_view value) {
  labels.push_back({std::string(name), std::string(value)});
  return labels;
}

/// Segments on different endpoints may share their VNI, by default their name, and with it a trunk TAP; they
/// have different VLANs there, and two series must not have the same labels.
std::vector<LabelledSegment> labelled(std::span<const SegmentReport> segments) {
  const auto key = [](const SegmentReport& of) { return std::tie(of.vni, of.name, of.tap); };
  std::map<decltype(key(segments.front())), int> seen;
  for (const auto& segment : segments) ++seen[key(segment)];
  std::vector<LabelledSegment> out;
  out.reserve(segments.size());
  for (const auto& segment : segments) {
    const bool alone = seen[key(segment)] == 1;
    const auto vlan = segment.vlan ? std::to_string(*segment.vlan) : "none";
    out.push_back({segment,
                   {{"vni", std::to_string(segment.vni.value())},
                    {"segment", alone ? segment.name : segment.name + " vlan " + vlan},
                    {"tap", segment.tap}}});
  }
  return out;
}

void add_drops(MetricFamily& to, const Labels& labels, const DropCounts& drops) {
  for (std::size_t i = 0; i < kDropReasonCount; ++i)
    add(to, with(labels, "reason", kDropReasons[i].name), number(drops[i]));
}

MetricFamily traffic(std::string_view name, std::string_view help, std::span<const LabelledSegment> segments,
                     std::pair<std::uint64_t, std::uint64_t> (*tx_and_rx)(const SegmentTotals&)) {
  auto out = family(name, help);
  for (const auto& segment : segments) {
    const auto [tx, rx] = tx_and_rx(segment.report.totals);
    add(out, with(segment.labels, "direction", "tx"), number(tx));
    add(out, with(segment.labels, "direction", "rx"), number(rx));
  }
  return out;
}

MetricFamily segment_info(std::span<const LabelledSegment> segments) {
  auto out = family("vxtap_segment_info", "1 for each segment; the labels say what it is.");
  for (const auto& [report, base] : segments) {
    auto labels = with(base, "local", report.local.to_string());
    labels = with(std::move(labels), "port", std::to_string(report.port));
    labels = with(std::move(labels), "mode", control::mode_word(report.mode));
    if (report.vlan) labels = with(std::move(labels), "vlan", std::to_string(*report.vlan));
    if (!report.device.empty()) labels = with(std::move(labels), "device", report.device);
    add(out, std::move(labels), 1);
  }
  return out;
}

void visit_segments(std::span<const LabelledSegment> segments, const FamilyVisitor& visit) {
  visit(segment_info(segments));
  visit(traffic("vxtap_packets_total",
                "Inner packets forwarded; tx from the TAP to the underlay, where a flooded one counts once.",
                segments, [](const SegmentTotals& of) {
                  return std::pair{of.tx_packets, of.rx_packets};
                }));
  visit(traffic("vxtap_bytes_total", "Bytes of these, from the inner Ethernet header on.", segments,
                [](const SegmentTotals& of) {
                  return std::pair{of.tx_bytes, of.rx_bytes};
                }));
  auto drops =
      family("vxtap_drops_total", "Frames, or copies of flooded ones, that went no further, by reason.");
  for (const auto& segment : segments) add_drops(drops, segment.labels, segment.report.totals.drops);
  visit(std::move(drops));
  for (const auto& metric : kSegmentMetrics) {
    auto out = family(metric.name, metric.help);
    for (const auto& segment : segments) add(out, segment.labels, metric.value(segment.report));
    visit(std::move(out));
  }
}

/// Once for each TAP, however many segments it carries.
void visit_taps(std::span<const SegmentReport> segments, const FamilyVisitor& visit) {
  for (const auto& metric : kTapMetrics) {
    auto out = family(metric.name, metric.help);
    std::set<std::string_view> seen;
    for (const auto& segment : segments)
      if (seen.insert(segment.tap).second) add(out, {{"tap", segment.tap}}, metric.value(segment));
    visit(std::move(out));
  }
}

template <typename Source, std::size_t N>
void visit_plain(const Metric<Source> (&metrics)[N], const Source& source, const FamilyVisitor& visit) {
  for (const auto& metric : metrics) {
    auto out = family(metric.name, metric.help);
    add(out, {}, metric.value(source));
    visit(std::move(out));
  }
}

}  // namespace

void visit_families(const control::DaemonApi& daemon, const service::ProcessFacts& process,
                    const FamilyVisitor& visit) {
  auto build = family("vxtap_build_info", "1; the label says which version runs.");
  add(build, {{"version", std::string(control::version())}}, 1);
  visit(std::move(build));

  const auto segments = daemon.segments();
  visit_segments(labelled(segments), visit);
  visit_taps(segments, visit);

  const auto totals = daemon.totals();
  auto drops =
      family("vxtap_unattributed_drops_total", "Frames dropped before a segment was known, by reason.");
  add_drops(drops, {}, totals.drops);
  visit(std::move(drops));
  visit_plain(kDaemonMetrics, totals, visit);
  visit_plain(kProcessMetrics, process, visit);
}

std::string metrics_text(const control::DaemonApi& daemon, const service::ProcessFacts& process) {
  std::ostringstream text;
  const prometheus::TextSerializer serializer;
  visit_families(daemon, process, [&](MetricFamily family) {
    std::vector<MetricFamily> one;
    one.push_back(std::move(family));
    serializer.Serialize(text, one);
  });
  return std::move(text).str();
}

}  // namespace vxtap::daemon
