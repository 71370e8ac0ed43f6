#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/link_info.hpp"
#include "vxtap/mac_address.hpp"
#include "vxtap/vtep_address.hpp"

namespace vxtap::io {

class RtnlMessage;
class RtnlSocket;

/// An address of an interface together with the prefix that is on-link.
struct InterfaceAddress {
  VtepAddress address;
  std::uint8_t prefix_length = 0;  ///< counted within the address's own family
  auto operator<=>(const InterfaceAddress&) const = default;

  /// "10.100.0.1/24"
  std::string to_string() const;
};

/// An address as it stands on an interface.
struct AssignedAddress {
  int index = 0;  ///< of the interface
  InterfaceAddress address;
  bool ours =
      false;  ///< added by Netlink::add_address, by this process or an earlier one (Linux 5.18 or newer)
};

/// The last address of a prefix of this host's (RFC 919; RFC 3021: not of /31 and /32).
bool is_broadcast(std::span<const AssignedAddress> assigned, const VtepAddress& address);

/// Which way the kernel sends to a remote.
struct Route {
  std::string device;
  std::optional<VtepAddress> gateway;  ///< empty: on the link itself
  std::optional<VtepAddress> source;   ///< the address that the kernel would choose
  std::uint32_t mtu = 0;  ///< what the kernel learned or the route says, else the interface's; 0: unknown
};

/// An address on a link that nobody owned up to (ARP, RFC 826, or neighbour discovery, RFC 4861).
struct UnresolvedNeighbour {
  int index = 0;  ///< of the interface
  VtepAddress address;
  bool failed = false;  ///< the kernel gave up; false: it still asks
};

/// Questions to and changes of the kernel's interfaces, addresses and routes, in the network namespace of the
/// thread that made it. One thread at a time. Everything throws SystemError for what the kernel refuses; the
/// absence of what was asked for is an empty answer.
class Netlink {
 public:
  Netlink();
  ~Netlink();
  Netlink(Netlink&&) noexcept;
  Netlink& operator=(Netlink&&) noexcept;

  std::optional<LinkInfo> link(const std::string& name);
  std::optional<LinkInfo> link(int index);
  std::vector<LinkInfo> links();

  void set_mtu(const LinkInfo& link, std::uint32_t mtu);
  void set_mac(const LinkInfo& link, const MacAddress& mac);
  void set_up(const LinkInfo& link, bool up);
  /// `master` is the index of a bridge or VRF; 0 releases the interface.
  /// Null: none.
  void set_master(const LinkInfo& link, const LinkInfo* master);
  void set_tx_queue_length(const LinkInfo& link, std::uint32_t packets);
  /// The root qdisc becomes noqueue, which a kernel vxlan device has too.
  void set_no_qdisc(const LinkInfo& link);
  /// The largest superframe that the host builds for this interface.
  void set_gso_limits(const LinkInfo& link, const GsoLimits& limits);

  /// Deletes interfaces in one step. The kernel waits a hundredth of a second for each that is deleted by
  /// itself. They are gathered in an interface group (ip-link(8)) of a random number. Any that is gone
  /// already is passed over.
  void delete_together(std::span<const int> indices);

  /// Addresses of one interface, or of all with index 0.
  std::vector<AssignedAddress> addresses(int index = 0);
  /// IPv6 addresses are usable at once: no duplicate address detection.
  void add_address(const LinkInfo& link, const InterfaceAddress& address);
  void delete_address(const LinkInfo& link, const InterfaceAddress& address);

  /// The way to `remote` for packets from `local`; empty when there is none. For a multicast remote `device`,
  /// or else the one that carries `local`. `device` may be empty.
  std::optional<Route> route(const VtepAddress& remote, const VtepAddress& local, const std::string& device);
  /// Largest IP packet that reaches `remote` in one piece as far as this host knows: what the kernel learned
  /// or the route says, else the MTU of the outgoing interface. Empty without a route. For a multicast remote
  /// the MTU of `device`. `device` may be empty.
  std::optional<std::uint32_t> path_mtu(const VtepAddress& remote, const VtepAddress& local,
                                        const std::string& device);
  /// Why there is no way to `remote`: an errno value, or 0 where there is one. A group is asked for as any
  /// other address. EINVAL and EACCES stand for blackhole and prohibit routes.
  int route_error(const VtepAddress& remote, const VtepAddress& local, const std::string& device);
  /// NUD_INCOMPLETE and NUD_FAILED, of all interfaces and both families.
  std::vector<UnresolvedNeighbour> unresolved_neighbours();
  /// Name of the interface that carries `local`.
  std::optional<std::string> device_of(const VtepAddress& local);

 private:
  /// `unsupported`: what the kernel means with EOPNOTSUPP where it does not say.
  void change(const LinkInfo& link, const RtnlMessage& message, const std::string& what,
              const char* unsupported = "");
  std::optional<LinkInfo> get_link(const RtnlMessage& message);
  std::optional<Route> link_route(const std::string& device);

  std::unique_ptr<RtnlSocket> socket_;
};

}  // namespace vxtap::io
