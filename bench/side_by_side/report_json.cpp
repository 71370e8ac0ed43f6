#include <boost/json.hpp>
#include <ostream>

#include "report.hpp"

namespace vxtap::bench {
namespace {

namespace json = boost::json;

json::object object_of(const std::map<std::string, double>& numbers) {
  json::object out;
  for (const auto& [name, value] : numbers) out[name] = value;
  return out;
}

json::object settings(const Options& options) {
  const VxtapdSettings& vxtapd = options.vxtapd;
  json::object out{{"rounds", options.rounds}, {"seconds", options.length.count()}};
  json::object daemon{{"directory", vxtapd.directory}};
  if (!vxtapd.workers.empty()) daemon["workers"] = vxtapd.workers;
  if (!vxtapd.busy_poll.empty()) daemon["busy_poll"] = vxtapd.busy_poll;
  if (!vxtapd.offload.empty()) daemon["offload"] = vxtapd.offload;
  out["vxtapd"] = std::move(daemon);
  return out;
}

json::object measurement(const Record& record) {
  const Measurement& measured = record.measurement;
  json::object out{{"wire", to_string(record.wire)},
                   {"round", record.round},
                   {"workload", record.workload},
                   {"system", record.system},
                   {"unit", workload(record.workload).unit},
                   {"value", measured.value},
                   {"seconds", measured.seconds},
                   {"cpu_seconds", measured.cpu_seconds}};
  for (const auto& [name, value] : measured.details) out[name] = value;
  return out;
}

json::object summary(const Row& row) {
  json::object out{{"wire", to_string(row.wire)},
                   {"metric", row.metric},
                   {"unit", row.unit},
                   {"medians", object_of(row.medians)}};
  if (row.ratio)
    out["ratio"] = {
        {"of_medians", row.ratio->of_medians}, {"min", row.ratio->least}, {"max", row.ratio->greatest}};
  if (row.goal) out["goal"] = {{"text", row.goal->text()}, {"met", row.met}};
  return out;
}

}  // namespace

void write_json(std::ostream& out, const Report& report) {
  json::array measurements;
  for (const auto& record : report.records) measurements.push_back(measurement(record));
  json::array rows;
  for (const auto& row : report.rows) rows.push_back(summary(row));
  const Machine& machine = report.machine;
  const json::object document{
      {"date", report.date},
      {"machine", {{"kernel", machine.kernel}, {"cpu", machine.cpu}, {"cores", machine.cores}}},
      {"options", settings(report.options)},
      {"summary", std::move(rows)},
      {"measurements", std::move(measurements)}};
  out << json::serialize(document) << '\n';
}

}  // namespace vxtap::bench
