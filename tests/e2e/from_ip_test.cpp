#include <algorithm>
#include <set>
#include <sstream>

#include "config/config.hpp"
#include "lab/overlay.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// `vxtapd --from-ip`: the kernel is asked what the commands mean, and whether it gets along with what is
// printed.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;
namespace config = vxtap::config;
namespace json = boost::json;

namespace {

std::string configuration_of(Host& host, const std::string& commands) {
  const auto result = host.command({built("vxtapd"), "--from-ip", commands});
  UNSCOPED_INFO(commands << "\n" << result.err << result.out);
  REQUIRE(result.exit_code == 0);
  return result.out;
}

void run_lines(Host& host, const std::string& commands) {
  std::istringstream lines(commands);
  for (std::string line; std::getline(lines, line);) host.must(line);
}

/// What a guide has for host `self` of two: everything that its device needs.
std::string guide(std::size_t self, Family family, const std::string& device_words,
                  const std::string& more = "") {
  return "ip link add vx42 type vxlan id 42 dstport 4789 local " + underlay_address(self, family) + " " +
         device_words + "\nip addr add " + overlay_address(self, Family::kIpv4) + "/24 dev vx42\n" + more +
         "ip link set vx42 up\n";
}

void check_traffic(Wire& wire) {
  const auto to = [](std::size_t index) { return overlay_address(index, Family::kIpv4); };
  REQUIRE(reaches(wire.host(0), to(1)));
  REQUIRE(reaches(wire.host(1), to(0)));
  CHECK(tcp_transfer(wire.host(0), wire.host(1), to(1), 1'000'000) == "");
  CHECK(tcp_transfer(wire.host(1), wire.host(0), to(0), 1'000'000) == "");
}

/// A host with an interface eth0, for devices that are made and compared.
struct Bench {
  Wire wire{2};
  Host& host = wire.host(0);

  json::object made_by(const std::string& commands) {
    run_lines(host, commands);
    return json::parse(host.ip("-d -j link show dev v0")).as_array().at(0).as_object();
  }
  config::Segment translated(const std::string& commands) {
    auto loaded = config::load_text(configuration_of(host, commands), "yaml");
    REQUIRE(loaded.config.has_value());
    return loaded.config->segments.at(0);
  }
};

/// The number behind a key, or `otherwise`.
std::int64_t number(const json::object& object, std::string_view key, std::int64_t otherwise) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return otherwise;
  return value->is_string() ? std::stoll(std::string(value->as_string()), nullptr, 0)
                            : value->to_number<std::int64_t>();
}

std::string text(const json::object& object, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys)
    if (const auto* value = object.if_contains(key)) return std::string(value->as_string());
  return {};
}

using Policy = vxtap::OuterPolicy;

void check_outer_header(const json::object& kernel, const config::Underlay& ours) {
  // "ttl" is 0 for auto and left out for inherit; "tos" is 1 for inherit.
  const auto ttl = number(kernel, "ttl", -1);
  CHECK((ttl == -1) == (ours.outer.ttl == Policy::Ttl::kInherit));
  CHECK((ttl == 0) == (ours.outer.ttl == Policy::Ttl::kAuto));
  if (ttl > 0) CHECK(ttl == ours.outer.ttl_value);
  const auto tos = number(kernel, "tos", 0);
  CHECK((tos == 1) == (ours.outer.tos == Policy::Tos::kInherit));
  if (tos != 1) CHECK((tos & 0xFC) == ours.outer.tos_value);
  constexpr const char* kDf[] = {"unset", "set", "inherit"};
  CHECK(text(kernel, {"df"}) == kDf[static_cast<std::size_t>(ours.outer.df)]);
  if (!ours.local.is_v4()) CHECK(number(kernel, "label", 0) == ours.flow_label);
  const bool checksum =
      ours.local.is_v4() ? kernel.at("udp_csum").as_bool() : !kernel.at("udp_zero_csum6_tx").as_bool();
  CHECK(checksum == ours.udp_checksum);
}

void check_source_ports(Host& host, const json::object& kernel, const config::PortRange& ours) {
  const json::object& range = kernel.at("port_range").as_object();
  std::int64_t low = number(range, "low", 0);
  std::int64_t high = number(range, "high", 0);
  if (low >= high) {  // udp_flow_src_port() then takes the host's range
    std::istringstream in(host.must("cat /proc/sys/net/ipv4/ip_local_port_range"));
    in >> low >> high;
  }
  CHECK(std::max<std::int64_t>(low, 1) == ours.first);
  CHECK(high == ours.last);
}

void check_same(Host& host, const json::object& link, const config::Segment& ours) {
  const json::object& kernel = link.at("linkinfo").as_object().at("info_data").as_object();
  const config::Underlay& underlay = ours.underlay;
  CHECK(number(kernel, "id", -1) == ours.vni.value());
  CHECK(number(kernel, "port", 0) == underlay.port);
  CHECK(kernel.at("learning").as_bool() == ours.fdb.learning);
  CHECK(std::chrono::seconds(number(kernel, "ageing", 0)) == ours.fdb.ageing);
  // Without a limit of the kernel's ours stays, which guards memory.
  CHECK(number(kernel, "limit", 65536) == ours.fdb.limit);
  CHECK(text(kernel, {"local", "local6"}) == underlay.local.to_string());
  CHECK(text(kernel, {"link"}) == underlay.device);
  const auto peer = text(kernel, {"remote", "remote6", "group", "group6"});
  CHECK(peer == (ours.peers.remotes.empty() ? "" : ours.peers.remotes[0].address.to_string()));
  const bool grouped = kernel.contains("group") || kernel.contains("group6");
  CHECK(grouped == (ours.peers.mode == vxtap::PeerMode::kMulticastGroup));
  const auto fitting = 1500 - encap_overhead(underlay.local.is_v4() ? Family::kIpv4 : Family::kIpv6);
  CHECK(number(link, "mtu", 0) == ours.tap.mtu.value_or(fitting));
  if (ours.tap.mac) CHECK(text(link, {"address"}) == ours.tap.mac->to_string());
  check_outer_header(kernel, underlay);
  check_source_ports(host, kernel, underlay.source_port);
}

}  // namespace

TEST_CASE("from-ip: vxtapd from the mirrored line and a kernel device from the line reach each other") {
  const auto family = GENERATE(Family::kIpv4, Family::kIpv6);
  const std::string device = GENERATE("dev eth0 ", "");
  Wire wire(2);
  run_lines(wire.host(1), guide(1, family, device + "remote " + underlay_address(0, family)));
  const auto mirrored = guide(0, family, device + "remote " + underlay_address(1, family));
  Vxtapd daemon(wire.host(0), configuration_of(wire.host(0), mirrored));
  check_traffic(wire);
}

TEST_CASE("from-ip: a flood list and a group, with the kernel on the other host") {
  const bool group = GENERATE(true, false);
  Wire wire(2);
  const auto lines = [&](std::size_t self) {
    if (group) return guide(self, Family::kIpv4, "group 239.1.1.1 dev eth0");
    return guide(self, Family::kIpv4, "nolearning dev eth0",
                 "bridge fdb append 00:00:00:00:00:00 dev vx42 dst " +
                     underlay_address(1 - self, Family::kIpv4) + "\n");
  };
  run_lines(wire.host(1), lines(1));
  Vxtapd daemon(wire.host(0), configuration_of(wire.host(0), lines(0)));
  check_traffic(wire);
}

TEST_CASE("from-ip: the kernel makes of a line what the configuration says") {
  Bench bench;
  const std::string v4 = "type vxlan id 42 local 192.0.2.1 ";
  const std::string v6 = "type vxlan id 42 local 2001:db8::1 dstport 4789 ";
  const std::vector<std::string> lines = {
      v4,
      v4 + "dstport 0 remote 192.0.2.2",
      v4 + "dstport 4789 remote 192.0.2.2 dev eth0",
      v4 + "dstport 4789 group 239.1.1.1 dev eth0 ttl 5",
      v4 + "dstport 0x12b5 nolearning ageing 17 maxaddress 9",
      v4 + "dstport 4789 ageing 0 srcport 5000 5000",
      v4 + "dstport 4789 ageing none srcport 5000 5100 maxaddress unlimited",
      v4 + "dstport 4789 srcport 0 0 ttl 0 tos inherit df inherit",
      v4 + "dstport 4789 srcport 0 9 ttl auto tos 1 df set",
      v4 + "dstport 4789 ttl inherit tos 10 noudpcsum",
      v4 + "dstport 4789 hoplimit 64 dsfield EF udp6zerocsumtx proxy l2miss",
      "mtu 1400 address 02:00:00:00:00:09 " + v4 + "dstport 4789 dev eth0",
      "mtu 9000 " + v4 + "dstport 4789",
      v6,
      v6 + "remote 2001:db8::2 dev eth0 flowlabel 0x12345",
      v6 + "group ff0e::42 dev eth0 udp6zerocsumtx noudpcsum",
  };
  for (const std::string& words : lines) {
    const std::string line = "ip link add v0 " + words;
    INFO(line);
    auto kernel = bench.made_by(line);
    auto ours = bench.translated(line);
    // Asked for no limit, the file has the highest there is.
    if (words.ends_with("unlimited")) ours.fdb.limit = ours.fdb.limit == 16777216 ? 65536 : 0;
    check_same(bench.host, kernel, ours);
    bench.host.ip("link del v0");
  }
}

TEST_CASE("from-ip: the kernel's FDB has the entries of the configuration") {
  Bench bench;
  const std::string commands =
      "ip link add v0 type vxlan id 42 dstport 4789 local 192.0.2.1 remote 192.0.2.2\n"
      "bridge fdb append 00:00:00:00:00:00 dev v0 dst 192.0.2.2\n"
      "bridge fdb append 00:00:00:00:00:00 dev v0 dst 192.0.2.3 port 8472\n"
      "bridge fdb append 00:00:00:00:00:00 dev v0 dst 192.0.2.4\n"
      "bridge fdb del 00:00:00:00:00:00 dev v0 dst 192.0.2.4\n"
      "bridge fdb add 2:0:0:0:0:9 dev v0 dst 192.0.2.9 self static\n"
      "bridge fdb append 02:00:00:00:00:09 dev v0 dst 192.0.2.8\n"
      "bridge fdb add 02:00:00:00:00:0a dev v0 dst 192.0.2.9 vni 42\n"
      "bridge fdb replace 02:00:00:00:00:0a dev v0 dst 192.0.2.7 port 4790\n";
  bench.made_by(commands);
  using Entry = std::pair<std::string, std::string>;
  std::set<Entry> kernel;
  const auto rows = json::parse(bench.host.must("bridge -j fdb show dev v0"));
  for (const auto& row : rows.as_array()) {
    const json::object& entry = row.as_object();
    kernel.emplace(text(entry, {"mac"}),
                   text(entry, {"dst"}) + ":" + std::to_string(number(entry, "port", 4789)));
  }
  std::set<Entry> ours;
  const auto segment = bench.translated(commands);
  for (const auto& remote : segment.peers.remotes) ours.emplace("00:00:00:00:00:00", to_string(remote));
  for (const auto& entry : segment.fdb.static_entries)
    ours.emplace(entry.mac.to_string(), to_string(entry.remote));
  CHECK(kernel == ours);
}

TEST_CASE("from-ip: what the kernel or iproute2 refuses is exit 2, without a configuration") {
  Bench bench;
  const std::string device = "ip link add v0 type vxlan id 42 dstport 4789 local 192.0.2.1 ";
  for (const std::string words :
       {"lokal 1", "ttl 256", "tos 184", "df 1", "srcport 9 5", "group 192.0.2.2", "group 239.1.1.1", "gpe",
        "vnifilter", "remote 239.1.1.1", "remote 2001:db8::2", "flowlabel 5", "learning nolearning", "id 43",
        "ttl", "mtu 1400"}) {
    INFO(words);
    std::istringstream in(device + words);
    const Arguments arguments{std::istream_iterator<std::string>(in), {}};
    CHECK(bench.host.command(arguments).exit_code != 0);
    const auto refused = bench.host.command({built("vxtapd"), "--from-ip", device + words});
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.err, ContainsSubstring("--from-ip:1:"));
    CHECK(refused.out.empty());
  }
}

TEST_CASE("from-ip: exit codes and standard input") {
  Host host;
  const auto file = host.directory() / "commands";
  const auto piped = [&](const std::string& commands) {
    write_file(file, commands);
    return host.command({"sh", "-c", built("vxtapd") + " --from-ip - < " + file.string()});
  };
  const auto done = piped("# ip link add v0 type vxlan id 42 local 192.0.2.1 remote 192.0.2.2\n");
  CHECK(done.exit_code == 0);
  CHECK_THAT(done.err, ContainsSubstring("stdin:1:15: warning: "));
  write_file(host.directory() / "v.yaml", done.out);
  CHECK(host.command({built("vxtapd"), "--check", "--config", host.directory() / "v.yaml"}).exit_code == 0);
  CHECK(piped("ip link add v0 type vxlan id 42 remote 192.0.2.2").exit_code == 1);
  CHECK(piped("ip link add v0 type vxlan id none").exit_code == 2);
  CHECK(host.command({built("vxtapd"), "--from-ip"}).exit_code == 2);
  CHECK(host.command({built("vxtapd"), "--from-ip", "x", "--check"}).exit_code == 2);
}
