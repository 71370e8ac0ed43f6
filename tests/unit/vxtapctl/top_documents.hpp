#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <chrono>

#include "control/commands.hpp"
#include "control/events.hpp"
#include "support/values.hpp"
#include "unit/control/fake_daemon.hpp"

namespace vxtap::test {

/// What a daemon that can be changed would tell `vxtapctl top`, having gone through text.
struct TopDocuments {
  FakeDaemon daemon;

  control::SegmentReport& blue() { return daemon.segment_reports.at(0); }
  control::SegmentReport& red() { return daemon.segment_reports.at(1); }

  boost::json::value stats() { return document("stats"); }
  boost::json::value show() { return document("show"); }
  boost::json::value fdb() { return document("fdb.show"); }

  static boost::json::object learned() {
    return control::fdb_event({.action = control::FdbAction::kLearned,
                               .mac = mac("02:00:00:00:00:09"),
                               .vni = vni(42),
                               .segment = "blue",
                               .remote = remote("192.0.2.9")});
  }
  static boost::json::object dropped() {
    return control::drop_event(
        {.reason = DropReason::kTooBig, .vni = vni(42), .segment = "blue", .size = 1600, .bytes = {}});
  }

  /// Some seconds after the first reading.
  static std::chrono::steady_clock::time_point at(int seconds) {
    return std::chrono::steady_clock::time_point(std::chrono::seconds(1000 + seconds));
  }

 private:
  boost::json::value document(std::string_view method) {
    return boost::json::parse(control::run_command(daemon, method, {}).text);
  }
};

}  // namespace vxtap::test
