#include "iproute2/vxlan_options.hpp"

#include "iproute2/option_values.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::iproute2 {
namespace {

using config::quote;

constexpr config::Range kWholeNumbers{0, UINT32_MAX};
/// G flag, policy flags and group of VXLAN-GBP (draft-smith-vxlan-group-policy-05; include/net/vxlan.h).
constexpr std::uint64_t kGroupPolicyBits = 0x80FF'FFFF'0000'0000;

void read_id(const Use& use, Device& device) {
  const auto vni = read_number(use, use.values[0], {0, Vni::kMax}, "VNI");
  if (!vni) return;
  device.vni = use.values[0];
  device.segment.vni = Vni::from(*vni).value();
}

void read_group(const Use& use, Device& device) {
  const auto group = read_address(use, use.values[0]);
  if (!group) return;
  if (!group->is_multicast())
    return use.findings.wrong(use.values[0],
                              quote(use.values[0].text) + " is no multicast group; write `remote` before it");
  device.peer = *group;
  device.group = use.option;
}

void read_remote(const Use& use, Device& device) {
  const auto remote = read_address(use, use.values[0]);
  if (!remote) return;
  if (remote->is_multicast())
    return use.findings.wrong(use.values[0],
                              quote(use.values[0].text) + " is a multicast group; write `group` before it");
  device.group.reset();
  device.peer.reset();
  if (!remote->is_unspecified()) device.peer = *remote;
}

void read_local(const Use& use, Device& device) {
  if (use.values[0].text == "any") return;
  const auto local = read_address(use, use.values[0]);
  if (!local || local->is_unspecified()) return;
  if (local->is_multicast())
    return use.findings.wrong(use.values[0], quote(use.values[0].text) +
                                                 " is a multicast group; write an address "
                                                 "of this host");
  device.local = use.values[0];
  device.segment.underlay.local = *local;
}

void read_dev(const Use& use, Device& device) {
  device.segment.underlay.device = use.values[0].text;
}

void read_ttl(const Use& use, Device& device) {
  OuterPolicy& outer = device.segment.underlay.outer;
  outer.ttl_value = 0;
  const std::string& text = use.values[0].text;
  if (text == "auto" || text == "inherit") {
    outer.ttl = text == "auto" ? OuterPolicy::Ttl::kAuto : OuterPolicy::Ttl::kInherit;
  } else if (const auto ttl = read_number(use, use.values[0], {0, 255}, "TTL")) {
    outer.ttl = *ttl == 0 ? OuterPolicy::Ttl::kAuto : OuterPolicy::Ttl::kFixed;
    outer.ttl_value = static_cast<std::uint8_t>(*ttl);
  }
}

void read_tos(const Use& use, Device& device) {
  constexpr std::uint8_t kEcnMask = 0x03;
  constexpr std::uint8_t kInherit = 1;  // drivers/net/vxlan, vxlan_xmit_one
  OuterPolicy& outer = device.segment.underlay.outer;
  const auto tos = use.values[0].text == "inherit" ? kInherit : read_tos(use, use.values[0]);
  if (!tos) return;
  outer.tos = *tos == kInherit ? OuterPolicy::Tos::kInherit : OuterPolicy::Tos::kFixed;
  outer.tos_value = *tos == kInherit ? std::uint8_t{0} : static_cast<std::uint8_t>(*tos & ~kEcnMask);
  if (*tos != kInherit && (*tos & kEcnMask) != 0)
    use.findings.note(use.values[0],
                      "tos: the two lowest bits are ECN, which is the inner packet's, as with the kernel");
}

void read_df(const Use& use, Device& device) {
  OuterPolicy::Df& df = device.segment.underlay.outer.df;
  const std::string& text = use.values[0].text;
  if (text == "unset") {
    df = OuterPolicy::Df::kUnset;
  } else if (text == "set") {
    df = OuterPolicy::Df::kSet;
  } else if (text == "inherit") {
    df = OuterPolicy::Df::kInherit;
  } else {
    use.findings.wrong(use.values[0], quote(text) + " is no value of df; write unset, set or inherit");
  }
}

void read_label(const Use& use, Device& device) {
  constexpr std::uint64_t kMaxLabel = 0xFFFFF;
  device.label = use.values[0];
  if (use.values[0].text == "inherit")
    return use.findings.left_out(
        use.values[0], "flowlabel inherit",
        "the inner packet's label is not copied; flow_label follows the inner flow instead");
  const auto label = read_number(use, use.values[0], {0, kMaxLabel}, "flow label");
  if (label) device.segment.underlay.flow_label = static_cast<std::uint32_t>(*label);
}

void read_ageing(const Use& use, Device& device) {
  constexpr std::uint64_t kMostSeconds = 8760ULL * 3600;
  const bool none = use.values[0].text == "none";
  const auto seconds = none ? 0 : read_number(use, use.values[0], kWholeNumbers, "number of seconds");
  if (!seconds) return;
  if (*seconds == 0) {
    use.findings.note(use.option,
                      "ageing: the kernel takes none and 0 for its default of 300 s, which is used; write "
                      "`ageing: 0` under fdb for never");
  } else if (*seconds > kMostSeconds) {
    use.findings.note(use.values[0],
                      "ageing: 8760h is used, the longest there is; write `ageing: 0` for never");
  }
  device.segment.fdb.ageing = std::chrono::seconds(*seconds == 0 ? 300 : std::min(*seconds, kMostSeconds));
}

void read_maxaddress(const Use& use, Device& device) {
  constexpr std::uint64_t kMost = 16'777'216;
  const bool unlimited = use.values[0].text == "unlimited";
  const auto limit = unlimited ? 0 : read_number(use, use.values[0], kWholeNumbers, "number of addresses");
  if (!limit) return;
  if (*limit == 0 || *limit > kMost)
    use.findings.note(use.option, "maxaddress: 16777216 is used, the most that a segment holds");
  device.segment.fdb.limit = static_cast<std::uint32_t>(*limit == 0 ? kMost : std::min(*limit, kMost));
}

void read_srcport(const Use& use, Device& device) {
  const auto lowest = read_port(use, use.values[0]);
  const auto highest = read_port(use, use.values[1]);
  if (!lowest || !highest) return;
  if (*lowest > *highest)
    return use.findings.wrong(use.values[0],
                              "srcport is reversed; write " + use.values[1].text + " " + use.values[0].text);
  device.source_port.reset();
  if (*lowest < *highest) {
    device.source_port = config::PortRange{std::max<std::uint16_t>(*lowest, 1), *highest};
    if (*lowest == 0)
      use.findings.note(use.values[0], "srcport: port 0 is none to answer to; the range begins at 1");
  } else if (*lowest != 0) {
    // udp_flow_src_port() takes a range without an extent for none.
    use.findings.note(use.values[0],
                      "srcport: to the kernel one port is no range, and it uses ip_local_port_range, as "
                      "here; write `source_port: " +
                          use.values[0].text + "` for that port");
  }
}

void read_dstport(const Use& use, Device& device) {
  if (const auto port = read_port(use, use.values[0])) device.port = *port == 0 ? kKernelPort : *port;
}

void read_proxy(const Use& use, Device& device) {
  device.segment.neighbour_suppression = true;
  use.findings.note(use.option,
                    "proxy: neighbour_suppression answers what it knows and floods other requests, which "
                    "the kernel would drop; `neighbours` takes what `ip neighbour add` would");
}

void read_gbp(const Use& use, Device& device) {
  device.segment.underlay.tolerated_bits |= kGroupPolicyBits;
  use.findings.left_out(
      use.option, "gbp",
      "this changes traffic: packets carry no group policy and their mark is not set; the peers' "
      "policy bits are tolerated by reserved_bits; keep the kernel's driver where policy matters");
}

void read_reserved_bits(const Use& use, Device& device) {
  const auto refused = number_of(use.values[0].text);
  if (!refused || (*refused & ~VxlanHeader::kReservedMask) != 0)
    return use.findings.wrong(use.values[0], quote(use.values[0].text) +
                                                 " is no mask of reserved bits; keep it within "
                                                 "0xf7ffffff000000ff");
  device.segment.underlay.tolerated_bits = VxlanHeader::kReservedMask & ~*refused;
}

void learn(const Use&, Device& device) {
  device.segment.fdb.learning = true;
}
void learn_nothing(const Use&, Device& device) {
  device.segment.fdb.learning = false;
}
void check_udp(const Use& use, Device& device) {
  device.udpcsum = use.option;
  device.udp_checksum = true;
}
void check_no_udp(const Use& use, Device& device) {
  device.udpcsum = use.option;
  device.udp_checksum = false;
}
void check_udp_v6(const Use& use, Device& device) {
  device.zero_checksum_v6 = use.option;
  device.udp_checksum_v6 = true;
}
void check_no_udp_v6(const Use& use, Device& device) {
  device.zero_checksum_v6 = use.option;
  device.udp_checksum_v6 = false;
}
void note_external(const Use& use, Device& device) {
  device.external = use.option;
}
void note_vnifilter(const Use& use, Device& device) {
  device.vnifilter = use.option;
}
void note_gpe(const Use& use, Device& device) {
  device.gpe = use.option;
}

constexpr Option<Device> kVxlanOptions[] = {
    {"id VNI", "id", read_id},
    {"vni VNI", "id", read_id},
    {"group ADDRESS", "peer", read_group},
    {"remote ADDRESS", "peer", read_remote},
    {"local ADDRESS", "local", read_local},
    {"dev DEVICE", "dev", read_dev},
    {"ttl TTL", "ttl", read_ttl},
    {"hoplimit TTL", "ttl", read_ttl},
    {"tos TOS", "tos", read_tos},
    {"dsfield TOS", "tos", read_tos},
    {"df DF", "df", read_df},
    {"label LABEL", "flowlabel", read_label},
    {"flowlabel LABEL", "flowlabel", read_label},
    {"ageing SECONDS", "ageing", read_ageing},
    {"maxaddress NUMBER", "maxaddress", read_maxaddress},
    {"port MIN MAX", "srcport", read_srcport},
    {"srcport MIN MAX", "srcport", read_srcport},
    {"dstport PORT", "dstport", read_dstport},
    {"nolearning", "learning", learn_nothing},
    {"learning", "learning", learn},
    {"noproxy", "proxy"},
    {"proxy", "proxy", read_proxy},
    {"norsc", "rsc"},
    {"rsc", "rsc", nullptr,
     "there is no route short circuit, and frames to a router are bridged to it; route on a host of the "
     "overlay"},
    {"nol2miss", "l2miss"},
    {"l2miss", "l2miss", nullptr,
     "no controller is asked for an unknown MAC address; have it write fdb.static or call `vxtapctl fdb "
     "add`"},
    {"nol3miss", "l3miss"},
    {"l3miss", "l3miss", nullptr,
     "no controller is asked for an unknown IP address; list the hosts under `neighbours`"},
    {"udpcsum", "udpcsum", check_udp},
    {"noudpcsum", "udpcsum", check_no_udp},
    {"udp6zerocsumtx", "udp6zerocsumtx", check_no_udp_v6},
    {"noudp6zerocsumtx", "udp6zerocsumtx", check_udp_v6},
    {"udp6zerocsumrx", "udp6zerocsumrx"},
    {"noudp6zerocsumrx", "udp6zerocsumrx", nullptr,
     "this changes traffic: packets without a UDP checksum are accepted over IPv6, too; refuse them with a "
     "packet "
     "filter"},
    {"remcsumtx", "remcsumtx", nullptr,
     "this changes traffic, but harmlessly: inner checksums are complete on the wire and need no remcsumrx "
     "at a peer"},
    {"noremcsumtx", "remcsumtx"},
    {"remcsumrx", "remcsumrx", nullptr,
     "this changes traffic: packets with remote checksum offload are dropped as reserved_bits; set "
     "noremcsumtx at the "
     "peers"},
    {"noremcsumrx", "remcsumrx"},
    {"external", "external", note_external},
    {"noexternal", "external"},
    {"gbp", "gbp", read_gbp},
    {"gpe", "gpe", note_gpe},
    {"vnifilter", "vnifilter", note_vnifilter},
    {"novnifilter", "vnifilter"},
    {"localbypass", "localbypass", nullptr,
     "a frame to another VTEP of this host takes its way through the UDP sockets; nothing needs to be done"},
    {"nolocalbypass", "localbypass"},
    {"localbind", "localbind"},
    {"nolocalbind", "localbind", nullptr,
     "this changes traffic: packets are received on the address of `local` only; send to that one"},
    {"reserved_bits MASK", "reserved_bits", read_reserved_bits},
};

}  // namespace

std::span<const Option<Device>> vxlan_options() {
  return kVxlanOptions;
}

}  // namespace vxtap::iproute2
