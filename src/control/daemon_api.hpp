#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "control/byte_stream.hpp"
#include "control/json_rpc.hpp"
#include "control/json_text.hpp"
#include "vxtap/counters.hpp"
#include "vxtap/fdb.hpp"
#include "vxtap/filter_instruction.hpp"
#include "vxtap/segment.hpp"

/// What the control socket may ask of the running daemon. Called on the control thread only.
namespace vxtap::control {

struct SegmentReport {
  Vni vni;
  std::string name;
  std::string tap;
  std::string tap_state;  ///< "UP", "DOWN" or "GONE"
  std::uint32_t mtu = 0;
  MacAddress mac;
  std::optional<std::uint16_t> vlan = {};  ///< 802.1Q VID that tags its frames on the TAP
  VtepAddress local;
  std::uint16_t port = 0;
  std::string device;  ///< empty: any
  PeerMode mode = PeerMode::kUnicast;
  std::vector<Remote> remotes;  ///< or the one group
  std::uint32_t fdb_entries = 0, fdb_limit = 0;
  std::uint64_t learned = 0, moved = 0, aged = 0, refused = 0;
  SegmentTotals totals;
  std::uint64_t tap_kernel_drops = 0;  ///< what the kernel dropped before we could read it (tun queue full)
};

struct FdbReport {
  Vni vni;
  std::string segment;
  MacAddress mac;  ///< zero: the flood list
  Remote remote;
  FdbState state = FdbState::kReachable;
  FdbOrigin origin = FdbOrigin::kLearned;
  double age_seconds = 0;  ///< 0 for what does not age
  bool sticky = false;     ///< dynamic, and yet never moved
};

/// As `bridge fdb` has them: add wants a new entry, replace takes any, append one more remote.
enum class FdbVerb : std::uint8_t { kAdd, kAppend, kReplace, kDelete };

/// One change of the FDB. Which addresses, states and verbs go together is for the daemon to say.
struct FdbChange {
  FdbVerb verb = FdbVerb::kAdd;
  Vni vni;
  MacAddress mac;                          ///< zero: the flood list
  std::optional<VtepAddress> remote = {};  ///< may be empty with kDelete only: the one that the MAC has
  std::optional<std::uint16_t> port = {};  ///< host order; empty: the segment's
  FdbState state = FdbState::kPermanent;
  bool sticky = false;
};

/// Entries that agree with every member given.
struct FdbSelection {
  std::optional<Vni> vni = {};
  std::optional<VtepAddress> remote = {};
  std::optional<FdbState> state = {};  ///< empty: dynamic ones
};

/// A remote that takes part in a multicast group.
struct MdbReport {
  Vni vni;
  std::string segment;
  std::string group;  ///< an IP or a MAC address
  Remote remote;
  bool permanent = false;
  double expires_seconds = 0;  ///< 0 when permanent
};

struct MdbChange {
  bool add = true;  ///< false: delete
  Vni vni;
  std::variant<VtepAddress, MacAddress> group;
  VtepAddress remote;
  std::optional<std::uint16_t> port = {};  ///< host order; empty: the segment's
};

/// A frame to be explained.
struct ExplainRequest {
  std::optional<Vni> vni;           ///< from a TAP: whose; from the underlay: tells local VTEPs apart
  std::optional<VtepAddress> from;  ///< the outer source; empty: from a TAP
  std::uint16_t from_port = 0;      ///< its UDP port, host order
  std::optional<Remote> to = {};    ///< outer destination; empty: whichever local VTEP is meant
  std::uint8_t tos = 0;             ///< outer
  std::vector<std::uint8_t> bytes;  ///< the Ethernet frame, or the UDP payload
};

/// What is tied to no segment: losses, and how the daemon itself fares.
struct DaemonTotals {
  std::array<std::uint64_t, kDropReasonCount> drops{};  ///< before a segment was known
  std::uint64_t socket_overflows = 0;  ///< SO_RXQ_OVFL: datagrams or trains without room or with a wrong sum
  std::uint64_t trains_refused = 0;    ///< UDP_SEGMENT sends that went out one by one instead
  std::uint64_t superframes_refused = 0;  ///< writes to a TAP that were cut into packets instead
  std::uint64_t worker_loans = 0;         ///< how often a saturated worker lent its sockets to an idle one
  std::size_t stuck_workers = 0;          ///< that gave no sign of life lately
  bool last_reload_ok = true;             ///< the start counts as a reload
  std::chrono::system_clock::time_point last_reload_success;
};

/// Which packets a capture wants to see.
struct CaptureRequest {
  enum class Side : std::uint8_t { kBoth, kTap, kUnderlay };

  std::optional<Vni> vni = {};  ///< only this; what was dropped before a VNI was known is left out then
  Side side = Side::kBoth;
  bool drops_only = false;
  bool superframes = false;                    ///< as they are, instead of the packets they stand for
  std::uint64_t count = 0;                     ///< ends after so many; 0: never
  std::vector<FilterInstruction> filter = {};  ///< of the inner frame; empty: all
};

/// Which path is to be probed.
struct PathMtuRequest {
  VtepAddress remote;           ///< need not be configured
  std::optional<Vni> vni = {};  ///< whose local VTEP it is probed from; empty: one that sends there, or could
};

/// What a change of the running daemon came to.
struct Outcome {
  bool ok = true;
  std::vector<std::string> messages;  ///< errors when not ok, else warnings; one line each
};

class DaemonApi {
 public:
  virtual ~DaemonApi() = default;

  virtual std::vector<SegmentReport> segments() const = 0;
  /// All entries; the flood lists first, segment by segment.
  virtual std::vector<FdbReport> fdb() const = 0;
  virtual DaemonTotals totals() const = 0;
  /// Reads the configuration file again. On any error the running configuration stays.
  virtual Outcome reload() = 0;
  /// "trace" to "error"; not ok for another word.
  virtual Outcome set_log_level(std::string_view level) = 0;

  /// Not ok as well when the VNI exists on several endpoints, or on none.
  virtual Outcome change_fdb(const FdbChange& change) = 0;
  /// Removes the entries selected; returns how many.
  virtual std::size_t flush_fdb(const FdbSelection& selection) = 0;
  /// All members of all groups, segment by segment.
  virtual std::vector<MdbReport> mdb() const = 0;
  /// Not ok as change_fdb.
  virtual Outcome change_mdb(const MdbChange& change) = 0;

  /// A pcapng file in the making. Throws Fault for a filter that is no valid program, and for one capture too
  /// many.
  virtual std::unique_ptr<ByteStream> capture(const CaptureRequest& request) = 0;

  /// What would become of the frame, as `vxtapctl -j explain` prints it; nothing is changed. Throws
  /// Fault(kRefused) when the VNI exists on several endpoints, or on none.
  virtual json::value explain(const ExplainRequest& request) = 0;
  // What follows takes seconds, and has the document as its result that `vxtapctl -j` prints. One of them at
  // a time: they throw Fault(kRefused) while another is under way.

  /// Throws Fault as well when no local VTEP could reach the remote.
  virtual Later path_mtu(const PathMtuRequest& request) = 0;
  virtual Later doctor() = 0;
};

}  // namespace vxtap::control
