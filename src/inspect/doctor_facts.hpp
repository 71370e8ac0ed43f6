#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/link_info.hpp"
#include "io/netlink.hpp"
#include "io/port_prober.hpp"
#include "io/udp_socket.hpp"
#include "vxtap/drop_reason.hpp"
#include "vxtap/segment.hpp"

/// What the doctor judges: gathered once, plain values.
namespace vxtap::inspect {

/// A count, and what of it is news.
struct Growth {
  std::uint64_t total = 0;
  std::uint64_t recent = 0;  ///< since the doctor was asked before
};

/// Who was refused last.
struct Stranger {
  VtepAddress source;
  Vni vni;
};

/// What the host sent into a trunk although no segment carries it, its announcements to groups aside.
struct Unmapped {
  Growth frames = {};     ///< at least so many
  std::uint16_t vid = 0;  ///< of the latest; 0: untagged
  MacAddress source = {};
};

/// How long a segment that was heard has been silent, and what it was sent meanwhile.
struct Silence {
  std::chrono::seconds lasts{0};
  std::uint64_t sent = 0;      ///< frames to stations that had been heard
  std::uint64_t expected = 0;  ///< answers to them, by how many there were before
};

struct TapFacts {
  std::string name;
  bool open = false;        ///< served; false: the interface is gone
  bool elsewhere = false;   ///< in another network namespace
  bool wanted_up = true;    ///< `tap.up`
  std::string master = {};  ///< `tap.master`, empty: none
  Growth queue_drops = {};  ///< what the kernel dropped because no queue had room
  Unmapped unmapped = {};
  /// Overlay addresses that this host asks for on the TAP or its bridge, and that nobody owns up to.
  std::size_t unanswered = 0;
};

struct SegmentFacts {
  Vni vni;
  std::string name;
  std::size_t tap = 0;  ///< index of Facts::taps
  io::LocalVtep local;
  PeerMode mode = PeerMode::kUnicast;
  bool learning = true;
  std::vector<std::size_t> remotes = {};  ///< indices of Facts::remotes: the flood list, or the group
  std::uint64_t tx_packets = 0;           ///< since the start, or since its peers changed
  std::uint64_t rx_packets = 0;
  std::optional<Silence> silence = {};   ///< empty: it was not heard since the start
  std::optional<Stranger> refused = {};  ///< the latest source that was not accepted
  std::uint32_t fdb_limit = 0;
  Growth fdb_full = {};  ///< frames whose source could not be learned
  std::array<Growth, kDropReasonCount> drops = {};
};

/// A remote or a group as one local VTEP sees it.
struct RemoteFacts {
  Remote remote;
  io::LocalVtep local;
  int route_error = 0;                         ///< errno; 0: there is a way
  std::optional<io::Route> route = {};         ///< as sockets of the VTEP take it
  std::optional<io::Route> unbound = {};       ///< without regard to `device`
  std::optional<VtepAddress> unresolved = {};  ///< the next hop, the remote itself or a gateway, is not there
  std::optional<std::uint32_t> path_mtu = {};  ///< what the kernel believes, bytes of an outer IP packet
  bool heard = false;                          ///< a MAC was learned there since the start
  bool joined = false;                         ///< of a group: this host is a member on `device`
  std::optional<io::PortAnswer> port = {};     ///< of its VXLAN port; empty: not asked
  std::optional<std::uint16_t> elsewhere =
      {};  ///< the other usual VXLAN port, where it listens there instead
  std::optional<std::uint32_t> asked_size = {};  ///< bytes of the outer IP packet that was tried
  std::optional<bool> carried = {};              ///< whether it arrived; empty: no answer to any probe
};

/// A MAC that moved too often and is held where it is.
struct HeldMac {
  MacAddress mac;
  Vni vni;
  std::string segment;
  VtepAddress where, contender;
};

struct Facts {
  std::vector<TapFacts> taps;
  std::vector<SegmentFacts> segments;
  std::vector<RemoteFacts> remotes;
  std::vector<HeldMac> held;                        ///< recently
  std::array<Growth, kDropReasonCount> drops = {};  ///< before a segment was known
  std::optional<Stranger> unknown_vni;              ///< the latest of a VNI that is not configured
  Growth rp_filtered;                               ///< TcpExt IPReversePathFilter since the daemon's start
  Growth socket_overflows = {}, trains_refused = {}, superframes_refused = {};
  std::size_t workers = 1, processors = 1;
  std::vector<std::size_t> stuck_workers = {};  ///< without a sign of life for seconds

  std::vector<io::LinkInfo> links;
  std::vector<io::AssignedAddress> addresses;
  /// By interface, of all that the underlay could arrive by; the stricter of its own and "all".
  std::map<std::string, std::int64_t> rp_filter;
  std::map<std::string, bool> ipv6_disabled;  ///< by interface
  std::optional<std::int64_t> rmem_max;       ///< net.core.rmem_max, bytes

  // Null for what is not there.
  const io::LinkInfo* link(const std::string& name) const noexcept;
  const io::LinkInfo* link(int index) const noexcept;
  /// The interface with the address; of a link-local one that which is meant.
  const io::LinkInfo* carrier_of(const io::LocalVtep& local) const noexcept;
  bool is_own_tap(const std::string& name) const noexcept;
};

}  // namespace vxtap::inspect
