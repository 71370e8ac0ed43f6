#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "lab/bpftrace.hpp"

namespace vxtap::lab {

/// How many by "VNI REASON", or "- REASON" for drops before a segment was known. None is 0.
using DropCounts = std::map<std::string, std::int64_t>;

std::string drop_key(std::uint32_t vni, const std::string& reason);

/// A daemon's drops as everybody has them who can look. Those of daemon and metrics, 127.0.0.1:9478, are all
/// there were; the others need time to begin.
class DropLookers {
 public:
  explicit DropLookers(Vxtapd& daemon);

  DropCounts stats();
  /// By "REASON": `vxtapctl drops` does not tell segments apart.
  DropCounts drops();
  DropCounts metrics();
  /// With those that had no event of their own.
  DropCounts monitor() const;
  /// What bpftrace sees.
  DropCounts probe() const;
  /// What tshark reads in the comments of `capture --drops`.
  DropCounts capture();

  /// Whether each of them has the drop.
  bool all_have(const std::string& key);

 private:
  Vxtapd& daemon_;
  TempDirectory directory_;
  Process monitor_;
  Process capture_;
  Bpftrace trace_;

  Arguments ctl(const Arguments& words) const;
  std::string capture_file() const { return directory_ / "drops.pcapng"; }
};

}  // namespace vxtap::lab
