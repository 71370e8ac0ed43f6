#include <algorithm>
#include <set>
#include <sstream>

#include "lab/everyday.hpp"
#include "lab/example.hpp"
#include "lab/fdb_lines.hpp"
#include "lab/packets.hpp"
#include "lab/pcap.hpp"
#include "lab/setting.hpp"
#include "lab/traffic.hpp"

// VNI 42 on port 4789, over IPv4 in the files; VNI 1 on port 8472, over IPv6.

using namespace vxtap::lab;

namespace {

constexpr auto kName = "point-to-point";

struct Segment {
  unsigned vni;
  std::string device;
  Family family;
};

struct Site {
  explicit Site(const Setting& setting)
      : segments{{42, "vx42", setting.family}, {1, "vx1", Family::kIpv6}},
        near(wire.host(0), example(kName, "h1", setting.family)) {
    if (setting.peer == Peer::kVxtapd) {
      far.emplace(wire.host(1), example(kName, "h2", setting.family));
      return;
    }
    for (const auto& [vni, device, family] : segments)
      add_kernel_vxlan(wire.host(1),
                       {.self = 1,
                        .family = family,
                        .vni = vni,
                        .device = device,
                        .port = vni == 1 ? 8472U : 4789U,
                        .network = vni},
                       "remote " + underlay_address(0, family));
  }

  /// Of the other end, whichever kind it is.
  FdbLines far_lines(const Segment& segment) {
    return far ? fdb_lines(*far, segment.vni) : kernel_fdb_lines(wire.host(1), segment.device);
  }
  std::string address(std::size_t host, const Segment& segment) const {
    return overlay_address(host, Family::kIpv4, segment.vni);
  }

  Wire wire{2};
  const std::vector<Segment> segments;
  Vxtapd near;
  std::optional<Vxtapd> far;
};

Observer::Filter carries_echo_of(unsigned vni) {
  return [vni](const Bytes& frame) {
    constexpr std::uint8_t kIcmp = 1;
    const auto outer = parse_outer(frame, 0);
    if (!outer || outer->vni() != vni) return false;
    const Bytes inner = outer->inner();
    return inner.size() > 23 && inner[12] == 0x08 && inner[13] == 0x00 && inner[23] == kIcmp;
  };
}

/// What tshark knows of the echoes among these frames, a line for each kind: outer port, VNI, type of ICMP.
/// It has to be told that 8472 is VXLAN, too.
std::set<std::string> echoes_as_tshark_reads_them(Host& host, const std::vector<Bytes>& frames) {
  const auto file = host.directory() / "wire.pcap";
  write_pcap(file, frames);
  const auto result = host.command(
      {"tshark", "-r", file, "-d", "udp.port==8472,vxlan", "-Y", "vxlan && icmp", "-T", "fields", "-E",
       "separator=/s", "-e", "udp.dstport", "-e", "vxlan.vni", "-e", "icmp.type", "-e", "_ws.malformed"},
      seconds(60));
  if (result.exit_code == 127) return {"no tshark"};
  std::set<std::string> lines;
  std::istringstream in(result.out);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

}  // namespace

TEST_CASE("point-to-point: both segments carry everyday traffic") {
  const Setting setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  for (const Segment& segment : site.segments)
    check_everyday_traffic({site.wire.host(0), site.address(0, segment)},
                           {site.wire.host(1), site.address(1, segment)});
}

TEST_CASE("point-to-point: fdb show has the two lines that bridge fdb show has") {
  const Setting setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  for (const Segment& segment : site.segments) {
    CAPTURE(segment.vni);
    const std::string near_remote = underlay_address(1, segment.family);
    const std::string far_remote = underlay_address(0, segment.family);

    REQUIRE(reaches(site.wire.host(0), site.address(1, segment)));

    const std::string near_mac = site.wire.host(0).interface_mac(segment.device);
    const std::string far_mac = site.wire.host(1).interface_mac(segment.device);
    CHECK(fdb_lines(site.near, segment.vni) ==
          FdbLines{flood_line(near_remote), learned_line(far_mac, near_remote)});
    FdbLines far_lines = site.far_lines(segment);
    std::ranges::sort(far_lines);  // the kernel's are in no order
    CHECK(far_lines == FdbLines{flood_line(far_remote), learned_line(near_mac, far_remote)});
  }
}

TEST_CASE("point-to-point: a capture of the underlay decodes as VXLAN on both ports") {
  const Setting setting = every_setting();
  CAPTURE(setting);
  Site site(setting);
  Observer wire(site.wire.host(0), "eth0");
  std::vector<Bytes> frames;
  for (const Segment& segment : site.segments) {
    REQUIRE(reaches(site.wire.host(0), site.address(1, segment)));
    for (const auto direction : {Observer::Direction::kOut, Observer::Direction::kIn}) {
      REQUIRE(wire.wait_for(1, direction, carries_echo_of(segment.vni)));
      frames.push_back(wire.frames(direction, carries_echo_of(segment.vni)).front());
    }
  }
  const auto echoes = echoes_as_tshark_reads_them(site.wire.host(0), frames);
  if (echoes.contains("no tshark")) {
    WARN("tshark is not installed");
    return;
  }
  CHECK(echoes == std::set<std::string>{"4789 42 8 ", "4789 42 0 ", "8472 1 8 ", "8472 1 0 "});
}
