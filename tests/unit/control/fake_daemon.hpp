#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "control/daemon_api.hpp"

namespace vxtap::test {

/// A daemon of two segments, "blue" (42, static flood) and "red" (7, multicast), that says yes to everything
/// but the log level "loud". Set it up before the server's thread starts.
class FakeDaemon : public control::DaemonApi {
 public:
  FakeDaemon() {
    auto blue = segment(42, "blue", "vx42");
    blue.tap_state = "UP";
    blue.mtu = 1450;
    blue.mac = *MacAddress::parse("02:00:00:00:00:01");
    blue.local = *VtepAddress::parse("192.0.2.1");
    blue.port = 4789;
    blue.device = "eth0";
    blue.mode = PeerMode::kStaticFlood;
    blue.remotes = {remote("192.0.2.2"), remote("192.0.2.3", 8472)};
    blue.fdb_entries = 3;
    blue.fdb_limit = 65536;
    blue.learned = 4, blue.moved = 1, blue.aged = 2, blue.refused = 5;
    blue.totals.tx_packets = 10;
    blue.totals.tx_bytes = 1500;
    blue.totals.rx_packets = 20;
    blue.totals.rx_bytes = 3'000'000;
    blue.totals.flooded = 6;
    blue.totals.flooded_copies = 12;
    blue.totals.suppressed = 8;
    blue.totals.partial_checksum_completed = 9;
    blue.totals.drops[static_cast<std::size_t>(DropReason::kTooBig)] = 3;
    blue.totals.drops[static_cast<std::size_t>(DropReason::kTapFull)] = 4;
    blue.tap_kernel_drops = 11;

    auto red = segment(7, "red", "vx7");
    red.tap_state = "DOWN";
    red.mtu = 1430;
    red.mac = *MacAddress::parse("02:00:00:00:00:02");
    red.local = *VtepAddress::parse("2001:db8::1");
    red.port = 4789;
    red.mode = PeerMode::kMulticastGroup;
    red.remotes = {remote("ff05::7")};
    red.fdb_limit = 100;
    segment_reports = {blue, red};

    fdb_reports = {entry(42, "00:00:00:00:00:00", "192.0.2.2", FdbState::kPermanent, FdbOrigin::kConfig),
                   entry(42, "02:00:00:00:00:09", "192.0.2.9", FdbState::kReachable, FdbOrigin::kLearned),
                   entry(7, "02:00:00:00:00:0a", "2001:db8::a", FdbState::kStatic, FdbOrigin::kControl)};
    fdb_reports[1].age_seconds = 12.34;
    mdb_reports = {{*Vni::from(42), "blue", "239.1.1.1", remote("192.0.2.9"), true, 0},
                   {*Vni::from(7), "red", "01:00:5e:01:01:01", remote("2001:db8::a", 8472), false, 61.26}};
    daemon_totals.drops[static_cast<std::size_t>(DropReason::kTooBig)] = 100;
    daemon_totals.drops[static_cast<std::size_t>(DropReason::kVniUnknown)] = 77;
    daemon_totals.socket_overflows = 13;
    daemon_totals.trains_refused = 14;
    daemon_totals.superframes_refused = 15;
  }

  static control::SegmentReport segment(std::uint32_t vni, const std::string& name, const std::string& tap) {
    control::SegmentReport report;
    report.vni = *Vni::from(vni);
    report.name = name;
    report.tap = tap;
    return report;
  }
  static Remote remote(const std::string& address, std::uint16_t port = 4789) {
    return {*VtepAddress::parse(address), port};
  }
  static control::FdbReport entry(std::uint32_t vni, const std::string& mac, const std::string& address,
                                  FdbState state, FdbOrigin origin) {
    return {.vni = *Vni::from(vni),
            .segment = vni == 42 ? "blue" : "red",
            .mac = *MacAddress::parse(mac),
            .remote = remote(address),
            .state = state,
            .origin = origin};
  }

  std::vector<control::SegmentReport> segments() const override {
    if (broken) throw std::runtime_error("netlink: no buffer space");
    return segment_reports;
  }
  std::vector<control::FdbReport> fdb() const override { return fdb_reports; }
  control::DaemonTotals totals() const override { return daemon_totals; }
  control::Outcome reload() override {
    ++reloads;
    return reload_outcome;
  }
  control::Outcome set_log_level(std::string_view wanted) override {
    if (wanted == "loud")
      return {false, {"log level `loud`: unknown; use trace, debug, info, warn or error"}};
    level = wanted;
    return {};
  }

  control::Outcome change_fdb(const control::FdbChange& change) override {
    fdb_changes.push_back(change);
    return change_outcome;
  }
  std::size_t flush_fdb(const control::FdbSelection& selection) override {
    flushes.push_back(selection);
    return 3;
  }
  std::vector<control::MdbReport> mdb() const override { return mdb_reports; }
  std::unique_ptr<control::ByteStream> capture(const control::CaptureRequest& request) override {
    capture_requests.push_back(request);
    return std::move(next_capture);
  }
  control::Later path_mtu(const control::PathMtuRequest& request) override {
    path_mtu_requests.push_back(request);
    return later_document;
  }
  control::Later doctor() override { return later_document; }
  control::Outcome change_mdb(const control::MdbChange& change) override {
    mdb_changes.push_back(change);
    return change_outcome;
  }

  control::json::value explain(const control::ExplainRequest& request) override {
    explain_requests.push_back(request);
    return explanation;
  }

  std::vector<control::SegmentReport> segment_reports;
  std::vector<control::FdbReport> fdb_reports;
  control::DaemonTotals daemon_totals;
  control::Outcome reload_outcome;
  control::Outcome change_outcome;
  std::vector<control::FdbChange> fdb_changes;
  std::vector<control::FdbSelection> flushes;
  std::vector<control::MdbReport> mdb_reports;
  std::vector<control::MdbChange> mdb_changes;
  std::vector<control::CaptureRequest> capture_requests;
  std::unique_ptr<control::ByteStream> next_capture;
  std::vector<control::ExplainRequest> explain_requests;
  control::json::value explanation;
  std::vector<control::PathMtuRequest> path_mtu_requests;
  control::Later later_document = [](const control::Finish& finish) {
    finish([]() -> control::json::value { return "found"; });
  };
  int reloads = 0;
  std::string level;
  bool broken = false;
};

}  // namespace vxtap::test
