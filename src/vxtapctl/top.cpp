#include "ctl/top.hpp"

#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <csignal>
#include <string>

#include "ctl/dialogue.hpp"
#include "ctl/number_text.hpp"
#include "ctl/stop_signals.hpp"
#include "ctl/top_model.hpp"
#include "ctl/top_screen.hpp"
#include "ctl/top_view.hpp"

namespace vxtap::ctl {
namespace {

using Clock = Dialogue::Clock;

constexpr std::chrono::seconds kPeriod{1}, kShowPeriod{2}, kFdbPeriod{2};
/// Events may come by the thousand; nobody reads faster than this.
constexpr std::chrono::milliseconds kShortestLook{100};
/// A document that takes long is asked for less often: the daemon has other things to do.
constexpr int kLeisure = 4;

/// One of the documents that are asked for again and again.
struct Errand {
  const char* method;
  Clock::duration period;
  Clock::time_point due = {};
  Clock::time_point asked = {};

  void done(Clock::time_point now) { due = std::max(asked + period, now + kLeisure * (now - asked)); }
};

class Top {
 public:
  Top(const Daemon& daemon, bool colour)
      : stop_({SIGHUP, SIGQUIT}), queries_(daemon), events_(daemon), screen_(colour) {
    events_.ask("subscribe", {{"topics", {"fdb", "drops"}}});
  }

  void run() {
    while (!readable(stop_.descriptor())) {
      take_events();
      take_answer();
      if (!take_keys()) return;
      ask();
      draw();
      wait();
    }
  }

 private:
  void take_events() {
    if (readable(events_.descriptor())) events_.read();
    events_.check_deadline();
    events_.take_answer();
    while (const auto event = events_.take_event()) {
      model_.take_event(*event, time_of_day());
      changed_ = true;
    }
  }

  void take_answer() {
    if (readable(queries_.descriptor())) queries_.read();
    queries_.check_deadline();
    auto* errand = under_way_;
    std::optional<json::value> answer;
    try {
      answer = queries_.take_answer();
    } catch (const Refused&) {
      // The segment whose FDB was asked for is gone; the next documents show it.
      if (errand != &fdb_) throw;
      errand->done(Clock::now());
    }
    if (!answer) return;
    errand->done(Clock::now());
    changed_ = true;
    if (errand == &stats_)
      model_.take_stats(*std::move(answer), Clock::now());
    else if (errand == &show_)
      model_.take_show(*answer);
    else if (errand == &fdb_)
      model_.take_fdb(*answer, fdb_of_);
  }

  void ask() {
    if (queries_.waiting()) return;
    const auto now = Clock::now();
    under_way_ = show_.due <= now ? &show_ : stats_.due <= now ? &stats_ : fdb_is_due(now) ? &fdb_ : nullptr;
    if (under_way_ == nullptr) return;
    under_way_->asked = now;
    json::object params;
    if (under_way_ == &fdb_) {
      fdb_of_ = *model_.selected_row();
      params["vni"] = fdb_of_.vni;
    }
    queries_.ask(under_way_->method, params);
  }

  bool fdb_is_due(Clock::time_point now) {
    return fdb_.due <= now && model_.selected_row() != nullptr && shows_fdb(model_, screen_.size());
  }

  bool take_keys() {
    while (const auto key = screen_.take_key()) {
      if (!model_.press(*key)) return false;
      drawn_ = {};  // a key is answered at once
    }
    return true;
  }

  void draw() {
    const auto size = screen_.size();
    const bool resized = size.width != size_.width || size.height != size_.height;
    const auto now = Clock::now();
    if (!resized && drawn_ != Clock::time_point{} && (!changed_ || now < drawn_ + kShortestLook)) return;
    size_ = size;
    changed_ = false;
    drawn_ = now;
    model_.limit_scroll(most_scroll(model_, size));
    screen_.draw(top_lines(model_, size));
  }

  void wait() {
    auto until = queries_.deadline();
    if (!queries_.waiting()) {
      until = std::min(show_.due, stats_.due);
      if (shows_fdb(model_, screen_.size()) && model_.selected_row() != nullptr)
        until = std::min(until, fdb_.due);
    }
    if (changed_) until = std::min(until, drawn_ + kShortestLook);
    wait_for({stop_.descriptor(), STDIN_FILENO, queries_.descriptor(), events_.descriptor()}, until);
  }

  // The order matters: what goes first at the end is the screen, and the signals stay held back until then.
  StopSignals stop_;
  Dialogue queries_, events_;
  TopScreen screen_;
  TopModel model_;
  Errand show_{"show", kShowPeriod}, stats_{"stats", kPeriod}, fdb_{"fdb.show", kFdbPeriod};
  Errand* under_way_ = nullptr;
  TopRow fdb_of_;
  ScreenSize size_;
  Clock::time_point drawn_;
  bool changed_ = true;  // since it was drawn
};

ExitCode refuse(const Output& output, const std::string& why) {
  output.err << "vxtapctl: top: " << why << '\n';
  return ExitCode::kUsage;
}

}  // namespace

ExitCode top(const Arguments& arguments, const Output& output) {
  if (!output.terminal || ::isatty(STDIN_FILENO) != 1)
    return refuse(output, "needs a terminal for input and output; use `vxtapctl stats --watch`");
  const Daemon daemon{arguments.socket, arguments.timeout};
  try {
    Top(daemon, output.style.colour()).run();
  } catch (const UnknownTerminal& error) {
    return refuse(output, error.what());
  }
  return ExitCode::kDone;
}

}  // namespace vxtap::ctl
