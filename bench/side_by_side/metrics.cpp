#include "metrics.hpp"

#include <algorithm>

#include "statistics.hpp"

namespace vxtap::bench {
namespace {

/// A number of each measurement of a workload.
struct Metric {
  std::string name;
  std::string unit;
  std::string workload;
  std::string detail;  ///< of Measurement::details; empty: its value
};

std::vector<Metric> metrics_of(const std::string& name) {
  std::vector<Metric> out{{name, std::string(workload(name).unit), name, ""}};
  if (name.starts_with("tcp")) out.push_back({name + " CPU", "s/GB", name, kCpuPerGigabyte});
  return out;
}

/// Its value in each round, by system.
std::map<std::string, std::vector<double>> series(const std::vector<Record>& records, WireCondition wire,
                                                  const Metric& metric) {
  std::map<std::string, std::vector<double>> out;
  for (const auto& record : records) {
    if (record.wire != wire || record.workload != metric.workload) continue;
    const Measurement& measurement = record.measurement;
    out[record.system].push_back(metric.detail.empty() ? measurement.value
                                                       : measurement.details.at(metric.detail));
  }
  return out;
}

std::optional<Row::Ratio> ratio(const std::vector<double>& vxtap, const std::vector<double>& kernel) {
  std::vector<double> rounds;
  for (std::size_t i = 0; i < vxtap.size() && i < kernel.size(); ++i) {
    if (kernel[i] == 0) return std::nullopt;
    rounds.push_back(vxtap[i] / kernel[i]);
  }
  const auto [least, greatest] = std::ranges::minmax(rounds);
  return Row::Ratio{median(vxtap) / median(kernel), least, greatest};
}

Row row(const std::vector<Record>& records, WireCondition wire, const Metric& metric, bool busy_poll) {
  Row out{.wire = wire, .metric = metric.name, .unit = metric.unit};
  const auto by_system = series(records, wire, metric);
  for (const auto& [system, values] : by_system) out.medians[system] = median(values);
  out.ratio = ratio(by_system.at("vxtap"), by_system.at("kernel"));
  out.goal = goal_for(metric.name, wire, busy_poll);
  if (!out.goal) return out;
  if (out.goal->of == Goal::Of::kValue)
    out.met = out.goal->met(out.medians.at("vxtap"));
  else
    out.met = out.ratio && out.goal->met(out.ratio->of_medians);
  return out;
}

}  // namespace

std::vector<Row> summarise(const std::vector<Record>& records, const Options& options) {
  const bool busy_poll = options.vxtapd.busy_poll.find_first_of("123456789") != std::string::npos;
  std::vector<Row> rows;
  for (const auto wire : options.wires)
    for (const auto& name : options.workloads)
      for (const auto& metric : metrics_of(name)) rows.push_back(row(records, wire, metric, busy_poll));
  return rows;
}

}  // namespace vxtap::bench
