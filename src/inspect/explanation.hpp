#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/netlink.hpp"
#include "vxtap/drop_reason.hpp"
#include "vxtap/path_fit.hpp"
#include "vxtap/segment.hpp"

/// What becomes of one frame and why, as `vxtapctl explain` tells it. Plain values.
namespace vxtap::inspect {

using Bytes = std::vector<std::uint8_t>;

/// Where it was decided. Empty text: nowhere that a person could change.
struct Place {
  std::string text;     ///< "FILE:12", "made over the control socket"
  int line = 0;         ///< of the file; 0: not in it
  bool written = true;  ///< false: the key is absent, and `line` is the segment's own
};

enum class StepResult : std::uint8_t {
  kPass,
  kDrop,  ///< the frame goes no further
  kInfo,  ///< nothing was asked of it here
};

/// One question of packets.md.
struct Step {
  std::string_view name;
  StepResult result = StepResult::kPass;
  std::string why;  ///< a sentence with the values
  Place where;
};

enum class Outcome : std::uint8_t {
  kForwarded,  ///< to the remote or remotes that the FDB or the group names
  kFlooded,
  kAnswered,   ///< ARP or neighbour discovery, by neighbour suppression
  kDelivered,  ///< to the TAP
  kDropped,
};

/// Bytes of an outer header and what they say.
struct HeaderField {
  std::size_t offset = 0;  ///< from the first byte of the outer IP header
  std::size_t size = 0;
  std::string_view header;  ///< "IPv4", "IPv6", "UDP", "VXLAN"
  std::string_view name;
  std::string value;
};

struct OuterPacket {
  Bytes bytes;  ///< outer IP, UDP and VXLAN headers as they are on the wire
  std::vector<HeaderField> fields;
};

/// One copy of a frame.
struct Copy {
  Remote remote;
  Place where;  ///< what made it a destination
  std::uint16_t source_port = 0;
  std::optional<io::Route> route;  ///< empty: there is none
  std::string loop;                ///< what of ours its route leads into again, in words; empty: nothing
  std::uint32_t path_mtu = 0;      ///< 0: not known
  std::uint32_t outer_size = 0;    ///< bytes of the outer IP packet
  PathFit fit = PathFit::kFits;
  std::optional<DropReason> drop;
  OuterPacket outer;
};

/// What the frame would teach the FDB.
struct WouldLearn {
  MacAddress mac;
  Remote remote;
  std::optional<Remote> before;  ///< where the FDB has it now
  LearnOutcome outcome = LearnOutcome::kLearned;
};

struct Explanation {
  Outcome outcome = Outcome::kDropped;
  std::optional<DropReason> reason;  ///< of kDropped; empty: kept from the host, which is no drop
  const Segment* segment = nullptr;  ///< of the table that was asked; null: not known
  std::string tap;
  std::vector<Step> steps;   ///< in the order of packets.md, up to the one that ended it
  std::vector<Copy> copies;  ///< from a TAP
  Bytes inner;               ///< as it leaves, or as it is delivered
  Bytes answer;              ///< with kAnswered: what the host gets
  std::optional<WouldLearn> would_learn;
  Place decided;
  std::vector<std::string> notes;   ///< what a person has to know besides the verdict
  std::vector<std::string> change;  ///< what would make the outcome another
};

}  // namespace vxtap::inspect
