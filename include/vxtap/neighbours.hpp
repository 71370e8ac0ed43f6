#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "vxtap/fdb.hpp"
#include "vxtap/mac_address.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap {

/// An IP address of the overlay and the MAC address it is reached at.
struct Binding {
  VtepAddress ip;  ///< an overlay address: the type has nothing underlay about it
  MacAddress mac;
  auto operator<=>(const Binding&) const = default;
};

/// Whether a node forwards, the R flag of its neighbour advertisements. Who hears R clear from its default
/// router gives that router up (RFC 4861 7.2.5), so nobody may say it in another's name without knowing.
enum class NeighbourRole : std::uint8_t { kUnknown, kHost, kRouter };

/// What a frame says of its sender's own address.
struct NeighbourClaim {
  Binding binding;
  NeighbourRole role = NeighbourRole::kUnknown;  ///< kUnknown leaves what was known of this MAC
  bool overrides = true;  ///< false: yields to another MAC (RFC 4861 4.4, O clear: anycast, proxies)
};

/// One row, copied out.
struct Neighbour {
  Binding binding;
  NeighbourRole role = NeighbourRole::kUnknown;
  bool configured = false;
  Tick heard = 0;  ///< when a frame last claimed the binding; 0 and without meaning when configured
};

/// Who has which address in one segment, for answering ARP and neighbour solicitations in their name.
/// Configured bindings never age and no frame changes their MAC. Snooped ones follow the newest claim, age,
/// and are bounded. Any thread may call anything: a lock serves, as only ARP and ND frames come here. Ordered
/// by address and not hashed, because hosts of the overlay choose the keys.
class NeighbourTable {
 public:
  /// At most `limit` snooped bindings; configured ones are not counted.
  explicit NeighbourTable(std::size_t limit) noexcept : limit_(limit) {}

  /// Replaces the configured bindings; of two for one address the later counts. A snooped binding gives way
  /// to a configured one. Throws std::bad_alloc, and the table is as before.
  void configure(std::span<const Binding> bindings);

  /// Empty also for a binding that has aged but was not removed yet.
  std::optional<Neighbour> find(const VtepAddress& ip, Tick now) const noexcept;

  /// A frame from the underlay made the claim. At the limit, or without memory, a new address is refused.
  void snoop(const NeighbourClaim& claim, Tick now) noexcept;

  /// A frame from the local host made the claim: a snooped binding of the address to another MAC is over (it
  /// moved here, as a VRRP address does) and is removed.
  void withdraw(const NeighbourClaim& claim) noexcept;

  /// Removes the snooped bindings that have aged; returns how many.
  std::size_t expire(Tick now) noexcept;
  void clear_snooped() noexcept;

  /// For how many ticks a snooped binding stays without being heard again; 0: for ever. Holds at once.
  void set_ageing(Tick ticks) noexcept;

  /// All bindings in the order of their addresses, aged ones included until they are removed.
  std::vector<Neighbour> list() const;

  /// How many claims were not taken for want of room.
  std::uint64_t refused() const noexcept;

 private:
  struct Entry {
    MacAddress mac;
    NeighbourRole role = NeighbourRole::kUnknown;
    bool configured = false;
    Tick heard = 0;
  };
  using Entries = std::map<VtepAddress, Entry>;

  const std::size_t limit_;
  mutable std::mutex mutex_;
  Entries entries_;          // guarded by mutex_, as all below
  std::size_t snooped_ = 0;  // entries that are not configured
  Tick ageing_ = 3000;       // the FDB's default, 300 s
  std::uint64_t refused_ = 0;

  bool aged(const Entry& entry, Tick now) const noexcept;
  void add(const NeighbourClaim& claim, Tick now) noexcept;
};

}  // namespace vxtap
