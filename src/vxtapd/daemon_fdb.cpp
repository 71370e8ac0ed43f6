#include "control/fault.hpp"
#include "vxtapd/daemon.hpp"

namespace vxtap::daemon {

control::Outcome Daemon::change_fdb(const control::FdbChange&) {
  return {false, {"this vxtapd does not change its FDB yet; write the entry into the configuration"}};
}

std::size_t Daemon::flush_fdb(const control::FdbSelection&) {
  constexpr auto kNotYet = "this vxtapd does not flush its FDB yet";
  throw control::Fault(control::FaultCode::kRefused, kNotYet, {kNotYet});
}

std::vector<control::MdbReport> Daemon::mdb() const {
  return {};
}

control::Outcome Daemon::change_mdb(const control::MdbChange&) {
  return {false, {"this vxtapd has no multicast database yet"}};
}

}  // namespace vxtap::daemon
