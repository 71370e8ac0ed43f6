#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/netlink.hpp"
#include "io/tun_file.hpp"
#include "io/unique_fd.hpp"
#include "vxtap/mac_address.hpp"

namespace vxtap::io {

/// How a TAP interface is wanted, as the configuration's `tap:` says, with nothing left to `auto`.
struct TapSettings {
  std::string name;
  std::uint32_t mtu = 0;  ///< bytes behind the Ethernet header; 0 leaves it
  MacAddress mac;         ///< zero leaves it
  std::vector<InterfaceAddress> addresses;
  std::string master;  ///< bridge or VRF, empty for none
  bool up = true;
  unsigned queues = 1;
  std::optional<uid_t> owner;  ///< may open it without privileges
  bool persist = false;        ///< outlives the process
  bool offload = true;         ///< the host may leave segmentation and checksums to us
  GsoLimits gso;               ///< with offload; zeros leave the host's
  bool operator==(const TapSettings&) const = default;
};

/// What a TapDevice did to its interface and may therefore undo, itself or by the process that comes after
/// it.
struct TapTraces {
  bool created = false;  ///< false: the interface existed before
  std::vector<InterfaceAddress> added;
  int enslaved_to = 0;  ///< index of the bridge or VRF, 0 for none
  bool brought_up = false;
  bool made_persistent = false;
  bool operator==(const TapTraces&) const = default;
};

/// A TAP interface and its queues.
///
/// Theory of operation. Opening creates the interface, or attaches to one made beforehand. Configuring
/// compares the kernel's state with what is wanted and changes only what differs. It takes back only what it
/// did itself: an address, a master or an "up" that somebody else gave the interface stays. So an
/// administrator's `ip` commands and the daemon do not undo one another, and a process without privileges can
/// use an interface that already is as wanted.
///
/// Unless `persist`, the interface goes when its last descriptor is closed: the queues, their duplicates and
/// the one this object keeps. An interface that persisted before stays persistent: it belongs to who made it.
/// Whoever moves the interface to another network namespace, as one does for a container, takes it out of
/// netlink's sight and not out of service: the queues stay attached.
///
/// Control thread.
class TapDevice {
 public:
  /// Creates the interface or attaches to it; opens `settings.queues` queues, or one where the interface was
  /// made for a single one. They are non-blocking, with a virtio_net_hdr before each frame, and with
  /// segmentation and checksum offload as settings.offload says. Throws SystemError.
  static TapDevice open(const TapSettings& settings);
  /// The same for the interface of `earlier`, of this process, which is about to be closed.
  static TapDevice reopen(const TapSettings& settings, const TapDevice& earlier);

  /// Takes over queues that were opened by an earlier process (from the service manager's descriptor store),
  /// closes those that are too many and opens those that are missing. `traces` is what that process left. An
  /// interface that somebody renamed is served on under its new name. Throws SystemError, and
  /// std::invalid_argument for queues of different interfaces.
  static TapDevice adopt(const TapSettings& settings, std::vector<UniqueFd> queues, TapTraces traces);

  const std::string& name() const noexcept { return name_; }
  /// What name() is from now on, as the kernel told. Whether it is another one.
  bool note_name(const std::string& name);
  /// 0 while somebody has moved it to another network namespace: it is served there, out of netlink's sight.
  int index() const noexcept { return index_; }
  void set_index(int index) noexcept { index_ = index; }
  /// Not deleted; wherever it is.
  bool exists() const noexcept;
  /// Whether an interface in this namespace is this one, come back.
  bool is(const LinkInfo& link) const;
  const TapTraces& traces() const noexcept { return traces_; }
  /// The host hands over UDP superframes too.
  bool udp_superframes() const noexcept { return udp_superframes_; }

  /// May be 1 where more were wanted: see open().
  unsigned queue_count() const noexcept { return static_cast<unsigned>(queues_.size()); }
  /// Hands out queue i, each once.
  UniqueFd take_queue(unsigned i);
  /// A second descriptor of queue i, for a writer in another thread: writes to one queue may run in parallel.
  /// Queue 0 can be duplicated at any time, others until they are taken.
  UniqueFd duplicate_queue(unsigned i) const;

  /// Throws SystemError for what configure() could not do for certain, before anything was touched.
  static void require_possible(const TapSettings& wanted);

  /// Brings MTU, MAC, addresses, master and state to what is wanted. What lacks a privilege becomes a
  /// warning, and so do IPv6 addresses where IPv6 is off; other refusals throw SystemError.
  void configure(const TapSettings& wanted);

  /// What could not be had for want of a privilege, or of IPv6, at the last configure(), each with its mend.
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  TapDevice(std::string name, int index, std::vector<UniqueFd> queues, TapTraces traces);

  static TapDevice attach(const TapSettings& settings, Sharing sharing, std::optional<TapTraces> traces);
  void prepare_queues(const TapSettings& settings);
  template <typename Change>
  void attempt(const std::string& mend, Change change);
  void apply_link(Netlink& netlink, const LinkInfo& link, const TapSettings& wanted);
  bool add_address(Netlink& netlink, const LinkInfo& link, const InterfaceAddress& address);
  void apply_addresses(Netlink& netlink, const LinkInfo& link, const TapSettings& wanted);
  void apply_master(Netlink& netlink, const LinkInfo& link, const TapSettings& wanted);
  void apply_up(Netlink& netlink, const LinkInfo& link, bool up);

  int index_ = 0;
  std::string name_;
  bool udp_superframes_ = false;
  std::vector<UniqueFd> queues_;
  UniqueFd control_;  // the same open file as queue 0, which keeps it usable after that one was taken
  std::vector<std::string> warnings_;
  TapTraces traces_;
};

}  // namespace vxtap::io
