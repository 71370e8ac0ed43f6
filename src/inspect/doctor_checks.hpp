#pragma once

#include <vector>

#include "inspect/doctor.hpp"
#include "inspect/path_mtu.hpp"

/// The checks, each a function of the facts alone.
namespace vxtap::inspect {

using Findings = std::vector<Finding>;

Finding ok(std::string object, std::string seen);
Finding hint(std::string object, std::string seen, std::string mend);
Finding warning(std::string object, std::string seen, std::string mend);
Finding error(std::string object, std::string seen, std::string mend);

/// "vni 42 blue"
std::string name_of(const SegmentFacts& segment);
/// "remote 192.0.2.2:4789", or "group 239.1.1.1:4789"
std::string name_of(const RemoteFacts& remote);
/// " dev eth0", or nothing
std::string dev(const io::LocalVtep& local);
/// "3 since the last look, 17 in all"
std::string count_text(const Growth& growth);
/// Local VTEPs, each once, ports aside.
std::vector<io::LocalVtep> locals(const Facts& facts);
/// The device that packets to the remote leave by; empty: none.
std::string device_to(const RemoteFacts& remote);
/// Whether another check says already why nothing gets there.
bool is_cut_off(const RemoteFacts& remote);

// doctor_taps.cpp
Findings check_tap_state(const Facts& facts);
Findings check_tap_master(const Facts& facts);
Findings check_tap_mtu(const Facts& facts);
Findings check_bridge_mtu(const Facts& facts);
Findings check_tap_queue(const Facts& facts);
// doctor_underlay.cpp
/// The TAP of ours that what is sent to the device would come to; null: none.
const TapFacts* tap_behind(const Facts& facts, const std::string& device);
/// "vx42", or "br0, a bridge with vx42 as a port".
std::string through(const TapFacts& tap, const std::string& device);
Findings check_local_address(const Facts& facts);
Findings check_device(const Facts& facts);
Findings check_route(const Facts& facts);
Findings check_loop(const Facts& facts);
// doctor_rp_filter.cpp
Findings check_rp_filter(const Facts& facts);
// doctor_remotes.cpp
Findings check_neighbour(const Facts& facts);
Findings check_remote_port(const Facts& facts);
Findings check_path(const Facts& facts);
// doctor_silence.cpp
Findings check_silence(const Facts& facts);
// doctor_group.cpp
Findings check_membership(const Facts& facts);
Findings check_snooping(const Facts& facts);
// doctor_host.cpp
Findings check_duplicate_mac(const Facts& facts);
Findings check_kernel_vxlan(const Facts& facts);
Findings check_workers(const Facts& facts);
// doctor_counts.cpp
Findings check_drops(const Facts& facts);
Findings check_fdb_limit(const Facts& facts);
Findings check_socket_buffers(const Facts& facts);
Findings check_offload(const Facts& facts);

}  // namespace vxtap::inspect
