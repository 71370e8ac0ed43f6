#pragma once

#include <array>
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

struct TapFacts {
  std::string name;
  bool open = false;        ///< served; false: the interface is gone
  bool wanted_up = true;    ///< `tap.up`
  std::string master = {};  ///< `tap.master`, empty: none
  Growth queue_drops = {};  ///< what the kernel dropped because no queue had room
};

struct SegmentFacts {
  Vni vni;
  std::string name;
  std::size_t tap = 0;  ///< index of Facts::taps
  io::LocalVtep local;
  PeerMode mode = PeerMode::kUnicast;
  bool learning = true;
  std::vector<std::size_t> remotes = {};  ///< indices of Facts::remotes: the flood list, or the group
  std::uint64_t tx_packets = 0;
  std::array<Growth, kDropReasonCount> drops = {};
};

/// A remote or a group as one local VTEP sees it.
struct RemoteFacts {
  Remote remote;
  io::LocalVtep local;
  int route_error = 0;                         ///< errno; 0: there is a way
  std::optional<io::Route> route = {};         ///< as sockets of the VTEP take it
  std::optional<io::Route> unbound = {};       ///< without regard to `device`
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
  Growth socket_overflows = {}, trains_refused = {}, superframes_refused = {};
  std::size_t workers = 1, processors = 1;

  std::vector<io::LinkInfo> links;
  std::vector<io::AssignedAddress> addresses;
  std::map<std::string, std::int64_t> rp_filter;  ///< by interface; the stricter of its own and "all"
  std::map<std::string, bool> ipv6_disabled;      ///< by interface
  std::optional<std::int64_t> rmem_max;           ///< net.core.rmem_max, bytes

  // Null for what is not there.
  const io::LinkInfo* link(const std::string& name) const noexcept;
  const io::LinkInfo* link(int index) const noexcept;
  /// The interface with the address; of a link-local one that which is meant.
  const io::LinkInfo* carrier_of(const io::LocalVtep& local) const noexcept;
  bool is_own_tap(const std::string& name) const noexcept;
};

}  // namespace vxtap::inspect
