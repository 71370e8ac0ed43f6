#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "lab/launched.hpp"
#include "lab/overlay.hpp"
#include "lab/wire.hpp"

namespace vxtap::lab {

/// A tunnel to the kernel's driver, as FaultSite, with a say in the environment that vxtapd starts in.
class LoneDaemon {
 public:
  /// `environment` as NAME=VALUE, `more` as of segment_config().
  explicit LoneDaemon(const Arguments& environment, const std::string& more = "");

  Host& near() { return wire_.host(0); }
  Host& far() { return wire_.host(1); }
  Launched& daemon() { return *daemon_; }
  /// The only segment's counts.
  boost::json::value segment();

 private:
  Wire wire_{2};
  std::optional<Launched> daemon_;
};

}  // namespace vxtap::lab
