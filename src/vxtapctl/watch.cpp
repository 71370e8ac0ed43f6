#include "ctl/watch.hpp"

#include <boost/json/object.hpp>
#include <cmath>
#include <sstream>
#include <string>

#include "ctl/counter_groups.hpp"
#include "ctl/dialogue.hpp"
#include "ctl/live_terminal.hpp"
#include "ctl/number_text.hpp"
#include "ctl/rates.hpp"
#include "ctl/stop_signals.hpp"
#include "ctl/watch_view.hpp"

namespace vxtap::ctl {
namespace {

using Clock = Dialogue::Clock;

std::string seconds_text(std::chrono::milliseconds time) {
  std::ostringstream out;
  out << static_cast<double>(time.count()) / 1000 << 's';
  return out.str();
}

/// The readings, one after the other, and how they are shown.
class Watcher {
 public:
  Watcher(const Arguments& arguments, const Output& output)
      : arguments_(arguments), output_(output), terminal_(output, arguments.json) {}

  const char* method() const { return stats() ? "stats" : "drops"; }

  /// False when it was not taken.
  bool show(json::value document) {
    const auto now = Clock::now();
    const std::chrono::duration<double> seconds = now - read_at_;
    const auto rates = last_.is_null() ? json::value() : rates_of(last_, document, seconds.count());
    last_ = std::move(document);
    read_at_ = now;
    output_.streamed = true;
    if (arguments_.json) {
      output_.out << control::to_text(line(rates, seconds.count())) << '\n';
    } else {
      const auto groups = stats() ? stats_groups(last_, rates) : drops_groups(last_, rates);
      const auto every = seconds_text(*arguments_.watch);
      terminal_.draw(
          watch_lines(groups, {time_of_day() + "  " + method() + " every " + every, terminal_.height()}));
    }
    return static_cast<bool>(output_.out.flush());
  }

 private:
  bool stats() const { return arguments_.command == Command::kStats; }

  /// Totals under their usual keys, and the rates with the seconds they are of.
  json::object line(const json::value& rates, double seconds) const {
    json::object out = stats() ? last_.as_object() : json::object{{"drops", last_}};
    out["interval"] = rates.is_null() ? json::value() : json::value(std::round(seconds * 1000) / 1000);
    out["rates"] = rates.is_null() || stats() ? rates : json::object{{"drops", rates}};
    return out;
  }

  const Arguments& arguments_;
  const Output& output_;
  LiveTerminal terminal_;
  json::value last_;
  Clock::time_point read_at_;
};

/// The answer to a request; empty when a signal came first.
std::optional<json::value> answered(Dialogue& dialogue, const StopSignals& stop, std::string_view method,
                                    const json::object& params) {
  dialogue.ask(method, params);
  for (;;) {
    if (auto answer = dialogue.take_answer()) return answer;
    wait_for({stop.descriptor(), dialogue.descriptor()}, dialogue.deadline());
    if (readable(stop.descriptor())) return std::nullopt;
    if (readable(dialogue.descriptor())) dialogue.read();
    dialogue.check_deadline();
  }
}

/// False when a signal came first. The daemon's leaving is noticed at once, and a long pause does not look
/// like a connection that was forgotten.
bool paused(Dialogue& dialogue, const StopSignals& stop, Clock::time_point until) {
  auto speak = Clock::now() + kLongestSilence;
  while (Clock::now() < until) {
    wait_for({stop.descriptor(), dialogue.descriptor()}, std::min(until, speak));
    if (readable(stop.descriptor())) return false;
    if (readable(dialogue.descriptor())) dialogue.read();
    if (Clock::now() < speak) continue;
    if (!answered(dialogue, stop, "version", {})) return false;
    speak = Clock::now() + kLongestSilence;
  }
  return true;
}

}  // namespace

void watch(const Arguments& arguments, const Output& output) {
  const Daemon daemon{arguments.socket, arguments.timeout};
  const StopSignals stop;
  Dialogue dialogue(daemon);
  Watcher watcher(arguments, output);
  for (auto due = Clock::now();;) {
    auto document = answered(dialogue, stop, watcher.method(), arguments.params);
    if (!document || !watcher.show(*std::move(document))) return;
    due = std::max(due + *arguments.watch, Clock::now());
    if (!paused(dialogue, stop, due)) return;
  }
}

}  // namespace vxtap::ctl
