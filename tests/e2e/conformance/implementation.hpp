#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lab/wire.hpp"

namespace vxtap::conformance {

/// A remote VTEP, wherever it may be.
struct Remote {
  std::string address;
  unsigned port = 0;  ///< 0: the segment's
  bool operator==(const Remote&) const = default;
};

/// One segment of the VTEP under test. What the two implementations say in words of their own stands side by
/// side: `kernel` as further words of `ip link add type vxlan`, the rest as YAML flow text.
struct Segment {
  unsigned vni = 42;
  std::string device = "vx42";
  unsigned port = 4789;
  unsigned mtu = 0;                  ///< 0: what an underlay of 1500 leaves
  unsigned vlan = 0;                 ///< 0: none. vxtapd only, and then the TAP has no further settings
  std::vector<Remote> remotes = {};  ///< empty: host 1; several: a static flood list
  std::string kernel = {};           ///< "ttl 10"
  std::string underlay = {};         ///< "ttl: 10"
  std::string fdb = {};              ///< "ageing: 1s"
  bool operator==(const Segment&) const = default;
};

/// The VTEP of host 0. Its devices have the MAC overlay_mac(0) and no address, so that they are silent.
struct Setup {
  lab::Family family = lab::Family::kIpv4;
  std::vector<Segment> segments = {Segment{}};
  bool operator==(const Setup&) const = default;
};

/// Hosts 1 to 3 as a flood list.
std::vector<Remote> all_remotes(lab::Family family = lab::Family::kIpv4);

/// An FDB entry an administrator makes.
struct Entry {
  std::string mac;
  std::string remote;
};

enum class Kind { kKernel, kVxtapd };

/// The VTEP under test, up from construction to destruction.
class Implementation {
 public:
  Implementation() = default;
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  virtual ~Implementation() = default;

  /// A permanent entry of the first segment. Both throw with what the tool said when it refuses.
  virtual void add(const Entry& entry) = 0;
  virtual void remove(const Entry& entry) = 0;
};

/// Throws when the implementation refuses the setup.
std::unique_ptr<Implementation> implement(Kind kind, lab::Host& host, const Setup& setup);
std::unique_ptr<Implementation> implement_with_kernel(lab::Host& host, const Setup& setup);
std::unique_ptr<Implementation> implement_with_vxtapd(lab::Host& host, const Setup& setup);

}  // namespace vxtap::conformance
