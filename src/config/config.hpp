#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vxtap/mac_address.hpp"
#include "vxtap/outer_policy.hpp"
#include "vxtap/segment.hpp"
#include "vxtap/vni.hpp"
#include "vxtap/vtep_address.hpp"
#include "vxtap/vxlan_header.hpp"

/// The configuration file as plain values: every default filled in, every rule of vxtapd.yaml(5) checked.
namespace vxtap::config {

/// Where in the file something stands; counted from 1. Zero: nowhere (a default).
struct Position {
  int line = 0;
  int column = 0;
  bool operator==(const Position&) const { return true; }  ///< a moved line is no changed configuration
};

/// Where keys stand that were written. A copy shares what it was made from.
class KeyPositions {
 public:
  struct Key {
    std::string_view section;  ///< as in the readers' tables: "segments[].fdb"; they outlive everything
    std::string_view key;
    Position position;
  };

  KeyPositions() = default;
  /// `inherited` are those of the file's `underlay:`, which `own` come before.
  KeyPositions(std::vector<Key> own, std::shared_ptr<const std::vector<Key>> inherited);

  /// Of a key by its path within a segment, such as "vni", "fdb.learning" or "underlay.accept"; nowhere when
  /// it was not written.
  Position of(std::string_view path) const;

  bool operator==(const KeyPositions&) const { return true; }  ///< as Position

 private:
  std::shared_ptr<const std::vector<Key>> own_, inherited_;
};

enum class LogLevel : std::uint8_t { kTrace, kDebug, kInfo, kWarn, kError };
/// As the file writes it, indexed by LogLevel.
inline constexpr std::array<std::string_view, 5> kLogLevelNames{"trace", "debug", "info", "warn", "error"};
constexpr std::string_view to_string(LogLevel level) noexcept {
  return kLogLevelNames[static_cast<std::size_t>(level)];
}

struct PortRange {
  std::uint16_t first = 49152;
  std::uint16_t last = 65535;
  bool operator==(const PortRange&) const = default;
};

struct Accept {
  enum class Kind : std::uint8_t { kPeers, kAny, kPrefixes };
  Kind kind = Kind::kPeers;
  std::vector<Prefix> prefixes;  ///< with kPrefixes
  bool operator==(const Accept&) const = default;
};

/// `underlay:`, the file's and a segment's own merged.
struct Underlay {
  VtepAddress local;
  std::string scope;   ///< interface name behind % of a link-local address, else empty
  std::string device;  ///< empty: not bound
  std::uint16_t port = kVxlanPort;
  PortRange source_port;
  OuterPolicy outer;
  std::optional<std::uint32_t> flow_label;  ///< IPv6, 20 bits; empty: auto, by the flow (RFC 6438)
  bool udp_checksum = true;
  Accept accept;
  std::uint64_t tolerated_bits = 0;  ///< of the VXLAN header's reserved ones, at VxlanHeader's places
  /// The interface that link-local addresses and groups mean; empty: none is named.
  const std::string& link() const noexcept { return scope.empty() ? device : scope; }
  bool operator==(const Underlay&) const = default;
};

struct InterfaceAddress {
  VtepAddress address;
  std::uint8_t prefix_length = 0;
  bool operator==(const InterfaceAddress&) const = default;
};

struct Tap {
  std::string name;
  std::optional<std::uint32_t> mtu;  ///< empty: auto
  std::optional<MacAddress> mac;     ///< empty: auto
  std::vector<InterfaceAddress> addresses;
  std::string master;  ///< empty: none
  bool up = true;
  std::optional<unsigned> queues;  ///< empty: auto = workers
  std::string owner;               ///< user name or number; empty: none
  bool persist = false;
  bool offload = true;  ///< `auto`; false: `off`
  bool operator==(const Tap&) const = default;
};

struct Peers {
  PeerMode mode = PeerMode::kUnicast;
  std::vector<Remote> remotes;           ///< one, the group, or the list; ports filled in
  std::vector<Position> positions = {};  ///< of remotes, one by one
  bool operator==(const Peers&) const = default;
};

struct StaticEntry {
  MacAddress mac;
  Remote remote;
  Position position;
  bool operator==(const StaticEntry&) const = default;
};

struct FdbOptions {
  bool learning = true;
  bool learn_port = false;                    ///< learned remotes keep the port they send from
  std::chrono::milliseconds ageing{300'000};  ///< 0: never
  std::uint32_t limit = 65536;
  UnknownUnicast unknown_unicast = UnknownUnicast::kFlood;
  std::vector<StaticEntry> static_entries;
  bool operator==(const FdbOptions&) const = default;
};

/// Flooded frames a second that go to the underlay; empty: as many as come.
struct StormControl {
  std::optional<std::uint32_t> broadcast, multicast, unknown_unicast;
  bool operator==(const StormControl&) const = default;
};

/// A host of the overlay whose ARP and ND we answer.
struct Neighbour {
  VtepAddress ip;  ///< an overlay address
  MacAddress mac;
  Position position = {};
  bool operator==(const Neighbour&) const = default;
};

struct Segment {
  Vni vni;
  std::string name;
  std::optional<std::uint16_t> vlan;  ///< VID on a trunk TAP; empty: untagged
  Underlay underlay;
  Tap tap;
  Peers peers;
  FdbOptions fdb;
  StormControl storm_control;
  bool neighbour_suppression = false;
  std::vector<Neighbour> neighbours;
  bool multicast_snooping = false;
  Position position;
  KeyPositions where;
  bool operator==(const Segment&) const = default;
};

struct Control {
  std::string socket = "/run/vxtapd/control.sock";
  std::string group;  ///< empty: owner only
  bool operator==(const Control&) const = default;
};

/// `metrics.listen`.
struct Listen {
  VtepAddress address;  ///< may be unspecified: all of this host's
  std::string scope;    ///< interface name behind % of a link-local address, else empty
  std::uint16_t port = 0;
  bool operator==(const Listen&) const = default;
};

struct Metrics {
  std::optional<Listen> listen;  ///< empty: no listener
  bool operator==(const Metrics&) const = default;
};

struct Config {
  LogLevel log_level = LogLevel::kInfo;
  Control control;
  Metrics metrics;
  std::optional<unsigned> workers;  ///< empty: auto
  std::chrono::microseconds busy_poll{0};
  std::vector<Segment> segments;
  bool operator==(const Config&) const = default;
};

/// One finding. to_string gives `FILE:LINE:COL: message`, warnings with "warning: " before the message.
struct Diagnostic {
  enum class Severity : std::uint8_t { kError, kWarning };
  Severity severity = Severity::kError;
  std::string file;
  Position position;
  std::string message;
};
std::string to_string(const Diagnostic& diagnostic);

struct LoadResult {
  std::optional<Config> config;         ///< empty exactly when there is an error among the diagnostics
  std::vector<Diagnostic> diagnostics;  ///< in file order; warnings may stand beside a config
};

/// Reads and checks the file. Never throws for what the file says; an unreadable file is a diagnostic too.
LoadResult load_file(const std::string& path);
/// The same for text; `name` stands for the file in diagnostics.
LoadResult load_text(const std::string& text, const std::string& name);

}  // namespace vxtap::config
