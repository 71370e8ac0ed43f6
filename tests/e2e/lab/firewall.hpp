#pragma once

#include <string>

#include "lab/host.hpp"

namespace vxtap::lab {

/// One rule of nftables on a host, for as long as the object lives. One per host and hook at a time.
class Firewall {
 public:
  /// `hook`: "input", "output" or "forward".
  Firewall(Host& host, const std::string& hook, const std::string& rule)
      : host_(host), table_("lab_" + hook) {
    host_.must("nft add table inet " + table_);
    host_.must("nft add chain inet " + table_ + " rules { type filter hook " + hook + " priority 0 ; }");
    add(rule);
  }
  Firewall(const Firewall&) = delete;
  Firewall& operator=(const Firewall&) = delete;
  ~Firewall() { host_.command({"nft", "delete", "table", "inet", table_}); }

  void add(const std::string& rule) { host_.must("nft add rule inet " + table_ + " rules " + rule); }

 private:
  Host& host_;
  const std::string table_;
};

}  // namespace vxtap::lab
