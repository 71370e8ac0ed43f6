#include "drop_lookers.hpp"

#include <regex>
#include <sstream>

#include "drop_ways.hpp"
#include "lab/http.hpp"

namespace vxtap::lab {
namespace {

constexpr auto kProgram =
    "usdt:/usr/sbin/vxtapd:vxtapd:drop { printf(\"drop %u %s %d\\n\", arg0, str(arg1), arg2); }";

/// Those of an object {"tap_runt": 0, ...}.
void take(std::uint32_t vni, const boost::json::value& drops, DropCounts& counts) {
  for (const auto& [reason, value] : drops.as_object())
    if (const auto count = value.to_number<std::int64_t>(); count != 0) counts[drop_key(vni, reason)] = count;
}

std::string label(const std::string& series, const std::string& name) {
  const auto at = series.find(name + "=\"") + name.size() + 2;
  return series.substr(at, series.find('"', at) - at);
}

std::vector<std::string> whole_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line) && !stream.eof();) lines.push_back(line);
  return lines;
}

}  // namespace

std::string drop_key(std::uint32_t vni, const std::string& reason) {
  return (vni == kNoSegment ? "-" : std::to_string(vni)) + " " + reason;
}

DropLookers::DropLookers(Vxtapd& daemon)
    : daemon_(daemon),
      monitor_(daemon.host().thread(), ctl({"-j", "monitor", "drops"}), {}, directory_ / "monitor.log"),
      capture_(daemon.host().thread(), ctl({"capture", "--drops", "-w", capture_file()}), {},
               directory_ / "capture.log"),
      trace_(daemon, kProgram) {}

DropCounts DropLookers::stats() {
  DropCounts counts;
  const auto document = daemon_.json({"stats"});
  for (const auto& one : document.at("segments").as_array())
    take(one.at("vni").to_number<std::uint32_t>(), one.at("drops"), counts);
  take(kNoSegment, document.at("drops"), counts);
  return counts;
}

DropCounts DropLookers::drops() {
  DropCounts counts;
  const auto document = daemon_.json({"drops"});
  for (const auto& one : document.as_array())
    if (const auto count = one.at("count").to_number<std::int64_t>(); count != 0)
      counts.emplace(one.at("reason").as_string(), count);
  return counts;
}

DropCounts DropLookers::metrics() {
  DropCounts counts;
  const std::string page = http_get(daemon_.host(), Endpoint("127.0.0.1", 9478), "/metrics").body;
  for (const auto& [series, count] : samples_of(page)) {
    const bool attributed = series.starts_with("vxtap_drops_total{");
    if (count == 0 || !(attributed || series.starts_with("vxtap_unattributed_drops_total{"))) continue;
    const std::string vni = attributed ? label(series, "vni") : "-";
    counts[vni + " " + label(series, "reason")] = static_cast<std::int64_t>(count);
  }
  return counts;
}

DropCounts DropLookers::monitor() const {
  DropCounts counts, left_out;
  for (const auto& line : whole_lines(monitor_.log())) {
    const auto event = boost::json::parse(line);
    const std::string reason(event.at("reason").as_string());
    if (event.at("event") == "drops_left_out") {
      left_out[reason] += event.at("count").to_number<std::int64_t>();
      continue;
    }
    const auto& vni = event.at("vni");
    ++counts[drop_key(vni.is_null() ? kNoSegment : vni.to_number<std::uint32_t>(), reason)];
  }
  for (auto& [key, count] : counts) count += left_out[key.substr(key.find(' ') + 1)];
  return counts;
}

DropCounts DropLookers::probe() const {
  DropCounts counts;
  const std::regex pattern("drop ([0-9]+) ([a-z_]+) ([0-9]+)");
  for (const auto& line : whole_lines(trace_.log()))
    if (std::smatch match; std::regex_match(line, match, pattern))
      counts[drop_key(static_cast<std::uint32_t>(std::stoul(match[1])), match[2])] += std::stoll(match[3]);
  return counts;
}

DropCounts DropLookers::capture() {
  const auto read =
      daemon_.host().command({"tshark", "-n", "-r", capture_file(), "-T", "fields", "-e", "frame.comment"});
  DropCounts counts;
  const std::regex pattern("(?:vni ([0-9]+) [^ ]+: )?(?:to [^ ]+: )?dropped: ([a-z_]+) \\(.*");
  for (const auto& line : whole_lines(read.out))
    if (std::smatch match; std::regex_match(line, match, pattern))
      ++counts[(match[1].matched ? match[1].str() : "-") + " " + match[2].str()];
  return counts;
}

bool DropLookers::all_have(const std::string& key) {
  return stats().contains(key) && metrics().contains(key) && monitor().contains(key) &&
         probe().contains(key) && capture().contains(key);
}

Arguments DropLookers::ctl(const Arguments& words) const {
  Arguments command{built("vxtapctl"), "-s", daemon_.config_file().parent_path() / "control.sock"};
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

}  // namespace vxtap::lab
