#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lab/wire.hpp"
#include "options.hpp"

namespace vxtap::bench {

/// Where a workload runs.
struct Path {
  lab::Host& near;
  lab::Host& far;
  std::string address;         ///< of `far`, through what is measured
  std::string broadcast = {};  ///< of the segment with the many remotes; empty when there is none
};

inline constexpr unsigned kInnerMtu = 1450;

/// Head-end replication goes to so many remotes, which are all addresses of `far`. Nothing decapsulates
/// there: a socket of the bench counts what arrives.
inline constexpr unsigned kFloodRemotes = 64;
inline constexpr unsigned kFloodVni = 43;
inline constexpr std::uint16_t kFloodPort = 4799;
std::vector<std::string> flood_remotes();
void route_flood_remotes(lab::Wire& wire);

/// Something that carries packets from host 0 of a wire to host 1. It borrows the wire.
class System {
 public:
  System(std::string name, Path path) : name_(std::move(name)), path_(std::move(path)) {}
  System(const System&) = delete;
  System& operator=(const System&) = delete;
  virtual ~System() = default;

  const std::string& name() const noexcept { return name_; }
  const Path& path() const noexcept { return path_; }

  /// Ends it; throws when something of it went wrong meanwhile.
  virtual void finish() {}

 private:
  const std::string name_;
  const Path path_;
};

std::unique_ptr<System> no_tunnel(lab::Wire& wire);
std::unique_ptr<System> kernel_vxlan(lab::Wire& wire);
std::unique_ptr<System> vxtapd_pair(lab::Wire& wire, const VxtapdSettings& settings);
/// Open vSwitch takes the wire's interfaces over: no other system can be on it. Throws EnvironmentRefused
/// when it is not installed.
std::unique_ptr<System> open_vswitch(lab::Wire& wire);

}  // namespace vxtap::bench
