#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vxtap {

/// Why a frame, or one copy of a flooded frame, went no further. In packet order: TAP to underlay first.
enum class DropReason : std::uint8_t {
  kTapRunt,
  kVlanUnmapped,
  kUnknownUnicast,
  kNoRemote,
  kStormControl,
  kTooBig,
  kUnderlaySendFailed,
  kOwnAddress,
  kHeaderTruncated,
  kVniFlagMissing,
  kVniUnknown,
  kSourceNotAccepted,
  kReservedBits,
  kInnerTruncated,
  kOwnMac,
  kInnerSourceInvalid,
  kFdbPinned,
  kEcnInvalid,
  kTapDown,
  kTapFull,
};

inline constexpr std::size_t kDropReasonCount = 20;

struct DropReasonInfo {
  std::string_view name;     ///< as JSON, metrics and events write it
  std::string_view meaning;  ///< one clause for people
  std::string_view mend;     ///< what usually helps
};

/// Indexed by DropReason.
inline constexpr std::array<DropReasonInfo, kDropReasonCount> kDropReasons{{
    {"tap_runt", "frame from the TAP too short, or its offload wrong", "look at what writes into the TAP"},
    {"vlan_unmapped", "802.1Q VID (or untagged) that no segment of this TAP carries",
     "add a segment with that `vlan`, or one without for untagged frames, or take the VLAN off the trunk"},
    {"unknown_unicast", "destination MAC not in the FDB and `unknown_unicast: drop`",
     "let the host send first, `vxtapctl fdb add` it, or set `unknown_unicast: flood`"},
    {"no_remote", "nowhere to flood to: the segment has no remote",
     "add a remote to `peers`, or `vxtapctl fdb append` one to 00:00:00:00:00:00"},
    {"storm_control", "more flooded frames a second than `storm_control` allows",
     "look for a loop (`vxtapctl monitor fdb` shows MACs that move), or raise the rate"},
    {"too_big", "encapsulated packet larger than the path MTU",
     "lower the TAP's MTU or raise the underlay's; `df: unset` lets pass what may be fragmented"},
    {"underlay_send_failed", "the kernel refused to send one copy",
     "check the route to the remote, the device and the firewall; the log has the errno"},
    {"own_address", "sent by this VTEP itself (multicast echo, or a route into its own overlay)",
     "nothing for a multicast group; otherwise two VTEPs share an address, or the route to a remote leads "
     "into a TAP of ours (vxtapctl doctor)"},
    {"header_truncated", "datagram shorter than a VXLAN header", "something else sends to this UDP port"},
    {"vni_flag_missing", "VXLAN header without its I flag", "something else sends to this UDP port"},
    {"vni_unknown", "VNI not configured on this local address and port",
     "add the segment here, or mend the VNI at the sender"},
    {"source_not_accepted", "outer source address not accepted by the segment",
     "add the sender to `peers` (`vxtapctl fdb append`), or widen `accept`"},
    {"reserved_bits", "a reserved header bit is set",
     "the sender uses a VXLAN extension (GBP, GPE): switch it off, or set `reserved_bits` to tolerate it"},
    {"inner_truncated", "inner frame shorter than an Ethernet header", "look at the sender"},
    {"own_mac", "inner source MAC is the TAP's own: two hosts have the same MAC",
     "give one of the two interfaces another MAC"},
    {"inner_source_invalid", "inner source MAC is zero or multicast", "look at the sender"},
    {"fdb_pinned", "source MAC is pinned by a static entry to another remote",
     "correct the entry (`vxtapctl fdb replace`, or `fdb.static`), or look for a spoofing host"},
    {"ecn_invalid", "outer header says congestion, inner says not ECN-capable (RFC 6040)",
     "a router marks packets it must not mark: check the underlay's ECN settings"},
    {"tap_down", "the TAP is down or gone", "ip link set TAP up"},
    {"tap_full", "the TAP's queue was full", "the host is slower than the underlay: raise txqueuelen"},
}};

constexpr const DropReasonInfo& info(DropReason reason) noexcept {
  return kDropReasons[static_cast<std::size_t>(reason)];
}
constexpr std::string_view to_string(DropReason reason) noexcept {
  return info(reason).name;
}

}  // namespace vxtap
