#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "config/draft.hpp"

namespace vxtap::config {

/// What no two segments may share. Drafts are added in file order; the later one is reported, with the first
/// VNI or VID in conflict where it stands for many segments. Logarithmic in the number of segments for each.
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

  /// The first segments whose sockets at one address and port are bound to a device and to none.
  struct Sockets {
    std::optional<Position> bound, unbound;
    std::string device;
  };

  void add_names(const SegmentDraft& draft);
  void add_endpoints(const SegmentDraft& draft);
  void add_sockets(const SegmentDraft& draft);
  void add_attachments(const SegmentDraft& draft);
  void add_settings(const SegmentDraft& draft);
  /// Takes the endpoint on `device`, or says who has it already.
  std::optional<Position> occupy(const Endpoint& endpoint, const Value& vni, const std::string& device);

  std::map<std::string, FirstName> names_;
  std::map<Endpoint, std::map<std::string, Position>> endpoints_;  // by device
  std::map<std::pair<VtepAddress, std::uint16_t>, Sockets> sockets_;
  std::map<std::pair<std::string, std::optional<std::uint16_t>>, Position> attachments_;  // (tap, vlan)
  std::map<std::string, FirstTap> taps_;                                                  // long forms
};

}  // namespace vxtap::config
