#include "faults/lone_daemon.hpp"

#include "lab/traffic.hpp"
#include "support/catch.hpp"

namespace vxtap::lab {

LoneDaemon::LoneDaemon(const Arguments& environment, const std::string& more) {
  add_kernel_vxlan(far(), {.self = 1}, "remote 192.0.2.1");
  LaunchWay way{.wrapper = {"env"}};
  way.wrapper.insert(way.wrapper.end(), environment.begin(), environment.end());
  daemon_.emplace(near(), segment_config({.self = 0}, unicast_to(1), more), way);
  REQUIRE(reaches(near(), "10.42.0.2"));
}

boost::json::value LoneDaemon::segment() {
  return boost::json::parse(daemon_->ctl({"-j", "stats"}).out).at("segments").at(0);
}

}  // namespace vxtap::lab
