#pragma once

#include <prometheus/metric_family.h>

#include <functional>
#include <string>

#include "control/daemon_api.hpp"
#include "service/process_facts.hpp"

/// What the daemon reports in the words of Prometheus: the page /metrics. There is no registry: every value
/// is asked for when the page is. Names follow the keys of `vxtapctl -j stats` and `show`; vxtapd(8) lists
/// them.
namespace vxtap::daemon {

using FamilyVisitor = std::function<void(prometheus::MetricFamily)>;

/// Calls `visit` once for each family, always with the same ones and every series of each: a counter that
/// appears with its first event has no rate before the second. One at a time, because thousands of segments
/// make a family large. Control thread.
void visit_families(const control::DaemonApi& daemon, const service::ProcessFacts& process,
                    const FamilyVisitor& visit);

/// All of them in the text format. Control thread.
std::string metrics_text(const control::DaemonApi& daemon, const service::ProcessFacts& process);

}  // namespace vxtap::daemon
