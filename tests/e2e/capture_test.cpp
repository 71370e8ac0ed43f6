#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <set>
#include <sstream>
#include <thread>

#include "lab/overlay.hpp"
#include "lab/packets.hpp"
#include "lab/raw_peers.hpp"
#include "lab/traffic.hpp"
#include "lab/vxtapd.hpp"
#include "support/catch.hpp"

// What tshark makes of the captures.

using namespace vxtap::lab;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr auto kBroadcast = "ff:ff:ff:ff:ff:ff";
constexpr auto kStation = "02:99:00:00:00:01";
using Lines = std::vector<std::string>;

/// `vxtapctl capture` into a file, from construction on.
class Capture {
 public:
  explicit Capture(Vxtapd& daemon, const Arguments& options = {}) : host_(daemon.host()) {
    Arguments command{built("vxtapctl"), "-s", daemon.config_file().parent_path() / "control.sock",
                      "capture",         "-w", file()};
    command.insert(command.end(), options.begin(), options.end());
    process_.emplace(host_.thread(), command, std::vector<std::string>{}, directory_ / "capture.log");
    REQUIRE(eventually([this] { return !read_file(file()).empty(); }));
  }

  std::string file() const { return directory_ / "capture.pcapng"; }
  Process& process() { return *process_; }
  std::string log() const { return process_->log(); }

  /// As Ctrl-C does, a moment later: a worker shows a frame when it has delivered it.
  void finish() {
    std::this_thread::sleep_for(milliseconds(200));
    process_->signal(SIGINT);
    REQUIRE(process_->wait(kPatience) == 0);
  }
  /// One field of each packet that the display filter lets through. What our flows carry is random: a
  /// heuristic dissector finds its protocol there once in a while, and malformed.
  Lines field(const std::string& name, const std::string& filter = "frame") const {
    const auto result = host_.command({"tshark", "-n",
                                       "-r",     file(),
                                       "-o",     "ip.check_checksum:TRUE",
                                       "-o",     "udp.check_checksum:TRUE",
                                       "-o",     "tcp.check_checksum:TRUE",
                                       "-d",     plain_data("tcp", kTransferPort),
                                       "-d",     plain_data("udp", kFlowPort),
                                       "-Y",     filter,
                                       "-T",     "fields",
                                       "-E",     "occurrence=f",
                                       "-e",     name});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    Lines lines;
    std::istringstream text(result.out);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
  std::size_t count(const std::string& filter = "frame") const {
    return field("frame.number", filter).size();
  }

 private:
  /// For tshark's -d.
  static std::string plain_data(const std::string& transport, std::uint16_t port) {
    return transport + ".port==" + std::to_string(port) + ",data";
  }

  Host& host_;
  TempDirectory directory_;
  std::optional<Process> process_;
};

/// Of packets that a wire could carry: 0 says that it is bad (Wireshark, proto_checksum_enum_e).
constexpr auto kBadChecksum =
    "ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0";

bool contains(const Lines& lines, const std::string& wanted) {
  return std::ranges::any_of(lines,
                             [&](const std::string& line) { return line.find(wanted) != std::string::npos; });
}

/// Two vxtapds, each with one segment.
struct Site {
  explicit Site(const std::string& more = "")
      : daemon(wire.host(0), segment_config({.self = 0}, unicast_to(1), more)),
        far(wire.host(1), segment_config({.self = 1}, unicast_to(0))) {
    REQUIRE(reaches(wire.host(0), overlay_address(1, Family::kIpv4)));
  }

  std::string ping() { return overlay_address(1, Family::kIpv4); }
  void pings(unsigned count = 3) { REQUIRE(vxtap::lab::ping(wire.host(0), ping(), count).received == count); }
  void transfers(std::uint64_t bytes) {
    REQUIRE(tcp_transfer(wire.host(0), wire.host(1), ping(), bytes) == "");
  }
  /// A datagram that is dropped for its VNI.
  void strays() { send_underlying(wire, {.from = 1}, vxlan(99, test_frame(kStation, kBroadcast))); }
  bool dropped(std::int64_t strays) {
    return eventually([&] { return daemon.global_drops("vni_unknown") >= strays; });
  }

  Wire wire{2};
  Vxtapd daemon, far;
};

std::string segment(unsigned vni, const std::string& tap, const std::string& more = "") {
  return "  - {vni: " + std::to_string(vni) + ", name: s" + std::to_string(vni) + ", tap: {name: " + tap +
         "}" + more + ", peers: {" + unicast_to(1) + "}}\n";
}

const std::string kUnderlay = "underlay: {local: 192.0.2.1}\nsegments:\n";

}  // namespace

TEST_CASE("capture: ping, TCP and a drop, on both sides, every checksum right") {
  Site site;
  Capture capture(site.daemon);
  site.pings();
  site.transfers(500'000);
  site.strays();
  REQUIRE(site.dropped(1));
  capture.finish();

  CHECK(capture.count(kBadChecksum) == 0);
  CHECK(capture.count("_ws.malformed") == 0);
  CHECK(capture.count("icmp && frame.interface_name == \"vx42\" && !vxlan") == 6);
  CHECK(capture.count("icmp && frame.interface_name == \"192.0.2.1:4789\" && ip.src == 192.0.2.1 && "
                      "udp.dstport == 4789 && vxlan.vni == 42") == 3);
  CHECK(capture.count("icmp && ip.src == 192.0.2.2 && vxlan.vni == 42") == 3);
  CHECK(capture.count("tcp && vxlan") > 300);
  CHECK(capture.count("tcp && !vxlan") > 300);
  CHECK(capture.count("frame.len > 1500") == 0);

  CHECK(contains(capture.field("frame.comment", "icmp.type == 8 && !vxlan"),
                 "vni 42 blue: to 192.0.2.2:4789 (FDB)"));
  CHECK(contains(capture.field("frame.comment", "icmp.type == 8 && vxlan"), "sent to 192.0.2.2:4789"));
  CHECK(contains(capture.field("frame.comment", "icmp.type == 0 && vxlan"), "to be delivered to vx42"));
  CHECK(contains(capture.field("frame.comment", "icmp.type == 0 && !vxlan"), "delivered to vx42"));
  CHECK(capture.field("frame.comment", "vxlan.vni == 99") ==
        Lines{"dropped: vni_unknown (VNI not configured on this local address and port)"});
  CHECK_THAT(capture.log(), ContainsSubstring(" captured, 0 lost\n"));
}

TEST_CASE("capture: explain reads what it wrote") {
  Site site;
  Capture capture(site.daemon, {"--filter", "icmp"});
  site.pings(1);
  capture.finish();
  const auto explained = [&](const std::string& packet, Arguments from = {}) {
    const auto number = capture.field("frame.number", packet).at(0);
    Arguments words{"explain", "--pcap", capture.file(), "--packet", number};
    words.insert(words.end(), from.begin(), from.end());
    return site.daemon.json(words);
  };
  const auto request = explained("icmp.type == 8 && !vxlan", {"--from", "tap", "--vni", "42"});
  CHECK(request.at("verdict") == "forwarded");
  CHECK(explained("icmp.type == 0 && vxlan").at("verdict") == "delivered");
  // The one that was sent here is judged as the frame it was made of.
  const auto sent = explained("icmp.type == 8 && vxlan");
  CHECK(sent.at("verdict") == "forwarded");
  CHECK(sent.at("inner") == request.at("inner"));
  CHECK_THAT(std::string(sent.at("notes").at(0).as_string()),
             ContainsSubstring("source is this VTEP, 192.0.2.1"));
  CHECK(explained("icmp.type == 8 && vxlan", {"--from", "192.0.2.1"}).at("reason") == "own_address");
}

TEST_CASE("capture: the outer source port is the one on the wire") {
  Site site;
  Observer wire(site.wire.host(1), "eth0");
  Capture capture(site.daemon, {"--side", "underlay", "--filter", "icmp"});
  site.pings();
  capture.finish();
  const auto carries_icmp = [](const Bytes& frame) {
    const auto outer = parse_outer(frame);
    return outer && outer->payload.size() > 8 + 14 + 20 && outer->payload[8 + 14 + 9] == 1;
  };
  REQUIRE(wire.wait_for(3, Observer::Direction::kIn, carries_icmp));
  const auto sent = wire.frames(Observer::Direction::kIn, carries_icmp);
  REQUIRE(sent.size() == 3);
  const auto outer = *parse_outer(sent.front());
  const std::string from_us = "ip.src == 192.0.2.1 && icmp";
  for (const auto& port : capture.field("udp.srcport", from_us))
    CHECK(port == std::to_string(outer.source_port));
  for (const auto& ttl : capture.field("ip.ttl", from_us)) CHECK(ttl == std::to_string(outer.ttl));
  for (const auto& sum : capture.field("udp.checksum", from_us)) CHECK(std::stoul(sum, nullptr, 16) != 0);
}

TEST_CASE("capture: over IPv6, with the flow label that was configured") {
  Wire wire(2);
  const auto config = [](std::size_t self) {
    return segment_config({.self = self, .family = Family::kIpv6}, unicast_to(1 - self, Family::kIpv6), "",
                          "flow_label: 74565");
  };
  Vxtapd daemon(wire.host(0), config(0)), far(wire.host(1), config(1));
  REQUIRE(reaches(wire.host(0), overlay_address(1, Family::kIpv4)));
  Capture capture(daemon);
  REQUIRE(ping(wire.host(0), overlay_address(1, Family::kIpv4), 2).received == 2);
  capture.finish();
  CHECK(capture.count(kBadChecksum) == 0);
  CHECK(capture.count("icmp && ipv6.src == 2001:db8::1 && ipv6.dst == 2001:db8::2 && vxlan.vni == 42 && "
                      "ipv6.flow == 0x12345 && ipv6.hlim == 64") == 2);
  CHECK(capture.count("icmp && ipv6.src == 2001:db8::2 && vxlan.vni == 42") == 2);
  CHECK(capture.count("icmp && frame.interface_name == \"[2001:db8::1]:4789\"") == 4);
}

TEST_CASE("capture: one side, a filter, a number of packets, drops alone") {
  Site site;
  SECTION("the TAP") {
    Capture capture(site.daemon, {"--side", "tap", "--vni", "42"});
    site.pings();
    capture.finish();
    CHECK(capture.count("vxlan") == 0);
    CHECK(capture.count("icmp") == 6);
  }
  SECTION("a filter on the inner frame") {
    Capture capture(site.daemon, {"--filter", "icmp"});
    site.transfers(100'000);
    site.pings();
    capture.finish();
    CHECK(capture.count() == 12);
    CHECK(capture.count("icmp") == 12);
  }
  SECTION("ends by itself") {
    Capture capture(site.daemon, {"--count", "5"});
    site.pings(2);
    site.pings(2);
    CHECK(capture.process().wait(kPatience) == 0);
    CHECK(capture.count() == 5);
    CHECK_THAT(capture.log(), ContainsSubstring("5 packets captured, 0 lost"));
  }
  SECTION("drops") {
    Capture capture(site.daemon, {"--drops"});
    site.pings();
    site.strays();
    REQUIRE(site.dropped(1));
    capture.finish();
    CHECK(capture.field("frame.comment") ==
          Lines{"dropped: vni_unknown (VNI not configured on this local address and port)"});
  }
}

TEST_CASE("capture: superframes as they are, where they are wanted") {
  Site site;
  Capture cut(site.daemon, {"--filter", "tcp"});
  Capture whole(site.daemon, {"--filter", "tcp", "--superframes"});
  site.transfers(3'000'000);
  cut.finish();
  whole.finish();
  CHECK(cut.count("frame.len > 1500") == 0);
  CHECK(cut.count(kBadChecksum) == 0);
  if (offload_is_off()) return;
  CHECK(whole.count("frame.len > 3000 && !vxlan") > 0);
  CHECK(whole.count("frame.len > 3000 && vxlan") > 0);
  CHECK(whole.count() < cut.count());
}

TEST_CASE("capture: a trunk's frames have their tags, and the filter looks past them") {
  Wire wire(2);
  Vxtapd daemon(wire.host(0),
                kUnderlay + segment(1010, "trunk0", ", vlan: 10") + segment(1020, "trunk0", ", vlan: 20"));
  Capture capture(daemon, {"--filter", "ether proto 0x88b5"});
  Bytes frame = test_frame(kStation, kBroadcast);
  const Bytes tag{0x81, 0x00, 0x00, 20};
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  send_frame(wire.host(0), "trunk0", frame);
  send_underlying(wire, {.from = 1}, vxlan(1010, test_frame(kStation, kBroadcast)));
  REQUIRE(eventually([&] { return daemon.stat(1010, {"rx", "packets"}) == 1; }));
  REQUIRE(eventually([&] { return daemon.stat(1020, {"tx", "packets"}) == 1; }));
  capture.finish();
  CHECK(capture.count() == 4);
  CHECK(capture.count("vlan.id == 20 && frame.interface_name == \"trunk0\" && !vxlan") == 1);
  CHECK(capture.count("vlan.id == 10 && frame.interface_name == \"trunk0\" && !vxlan") == 1);
  CHECK(capture.count("vxlan.vni == 1020 && !vlan") == 1);
  CHECK(capture.field("frame.interface_description", "vlan").front() == "trunk");
}

TEST_CASE("capture: tshark shows live what passes") {
  Site site;
  TempDirectory directory;
  const std::string command = built("vxtapctl") + " -s " +
                              (site.daemon.config_file().parent_path() / "control.sock").string() +
                              " capture -w - | tshark -l -n -r - -T fields -e frame.comment";
  Process pipeline(site.wire.host(0).thread(), {"sh", "-c", command}, {}, directory / "pipeline.log");
  CHECK(eventually([&] {
    site.pings(1);
    return pipeline.log().find("delivered to vx42") != std::string::npos;
  }));
  CHECK(pipeline.running());
}

TEST_CASE("capture: whoever reads the pipe leaves, and so does the tool, with 0") {
  Site site;
  TempDirectory directory;
  const std::string command =
      "(" + built("vxtapctl") + " -s " + (site.daemon.config_file().parent_path() / "control.sock").string() +
      " capture -w -; echo $? > " + (directory / "status").string() + ") | head -c 100 > /dev/null";
  Process pipeline(site.wire.host(0).thread(), {"sh", "-c", command}, {}, directory / "pipeline.log");
  CHECK(eventually([&] {
    site.pings(1);
    return read_file(directory / "status") == "0\n";
  }));
}

TEST_CASE("capture: where standard output is closed nothing is written in its place") {
  Site site;
  const auto socket = site.daemon.config_file().parent_path() / "control.sock";
  UdpFlow flow(site.wire.host(0), site.wire.host(1), site.ping());
  const auto result = site.wire.host(0).command(
      {"sh", "-c", built("vxtapctl") + " -s " + socket.string() + " capture -w - --count 20 >&-"});
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, ContainsSubstring("Bad file descriptor"));
  CHECK(flow.goes_on(100));
}

TEST_CASE("capture: a reader that stands still stops no traffic, and is told what it lost") {
  Site site;
  Capture capture(site.daemon);
  capture.process().signal(SIGSTOP);
  site.transfers(40'000'000);  // several times what the daemon keeps for it
  UdpFlow flow(site.wire.host(0), site.wire.host(1), site.ping());
  CHECK(flow.goes_on(1000));
  const auto result = flow.stop();
  CHECK(result.received == result.sent);

  capture.process().signal(SIGCONT);
  capture.finish();
  const std::string log = capture.log();
  const auto at = log.find("captured, ");
  REQUIRE(at != std::string::npos);
  CHECK(std::stoull(log.substr(at + 10)) > 10'000);
  CHECK(capture.count("_ws.malformed") == 0);
}

TEST_CASE("capture: four run at a time, and a killed one makes room") {
  Site site;
  std::vector<std::unique_ptr<Capture>> captures;
  captures.reserve(4);
  for (int i = 0; i < 4; ++i) captures.push_back(std::make_unique<Capture>(site.daemon));
  const auto fifth = site.daemon.ctl({"capture", "-w", "/dev/null"});
  CHECK(fifth.exit_code == 1);
  CHECK_THAT(fifth.err, ContainsSubstring("4 captures run already"));
  captures.back()->process().signal(SIGKILL);
  captures.back()->process().wait(kPatience);
  CHECK(eventually([&] {
    const auto again = site.wire.host(0).command(
        {"timeout", "--preserve-status", "0.5", built("vxtapctl"), "-s",
         site.daemon.config_file().parent_path() / "control.sock", "capture", "-w", "/dev/null"});
    return again.exit_code == 0;
  }));
  site.pings();
}

TEST_CASE("capture: a reload brings its TAPs into the file") {
  Wire wire(2);
  Vxtapd daemon(wire.host(0), kUnderlay + segment(42, "vx42"));
  Capture capture(daemon);
  daemon.rewrite(kUnderlay + segment(42, "vx42") + segment(43, "vx43"));
  REQUIRE(daemon.ctl({"reload"}).exit_code == 0);
  for (const std::string tap : {"vx42", "vx43"})
    send_frame(wire.host(0), tap, test_frame(kStation, kBroadcast));
  for (const unsigned vni : {42U, 43U})
    REQUIRE(eventually([&] { return daemon.stat(vni, {"tx", "packets"}) >= 1; }));
  daemon.rewrite(kUnderlay + segment(43, "vx43"));
  REQUIRE(daemon.ctl({"reload"}).exit_code == 0);
  capture.finish();
  const std::string test_type = "eth.type == 0x88b5";
  const auto names = capture.field("frame.interface_name", test_type + " && !vxlan");
  CHECK(std::set<std::string>(names.begin(), names.end()) == std::set<std::string>{"vx42", "vx43"});
  CHECK(contains(capture.field("frame.comment", "vxlan.vni == 43 && " + test_type), "vni 43 s43: sent to"));
}

TEST_CASE("capture: a daemon that stops leaves a whole file, and the tool says so") {
  Site site;
  Capture capture(site.daemon);
  site.pings();
  REQUIRE(eventually([&] { return capture.count("icmp") == 12; }));
  site.daemon.stop();
  CHECK(capture.process().wait(kPatience) == 3);
  CHECK(capture.count("icmp") == 12);
}
