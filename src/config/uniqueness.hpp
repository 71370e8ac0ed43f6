#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "config/draft.hpp"

namespace vxtap::config {

/// What no two segments may share. Segments are added in file order; the later one is reported.
class Uniqueness {
 public:
  void add(const SegmentDraft& draft);

 private:
  /// Sockets bound to different devices are different endpoints though address and port are the same.
  using Endpoint = std::tuple<Vni, VtepAddress, std::uint16_t, std::string>;

  /// Default names may repeat, as VNIs may on several endpoints.
  struct FirstName {
    bool given;
    Position position;
  };
  struct FirstTap {
    Tap settings;
    Position position;
  };

  void add_name(const SegmentDraft& draft);
  void add_endpoint(const SegmentDraft& draft);
  void add_tap(const SegmentDraft& draft);

  std::map<std::string, FirstName> names_;
  std::map<Endpoint, std::map<std::string, Position>> endpoints_;                    // by device
  std::map<std::pair<std::string, std::optional<unsigned>>, Position> attachments_;  // (tap, vlan)
  std::map<std::string, FirstTap> taps_;                                             // long forms
};

/// "vni-42".
std::string default_name(Vni vni);

}  // namespace vxtap::config
