// fuzz_seeds SOURCE_DIRECTORY DIRECTORY: first inputs for every fuzzer, DIRECTORY/NAME/seed-N, made of the
// packets, states and files that the unit tests and config/examples have. What a fuzzer makes of them is in
// corpus/NAME.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "handover/saved_state_format.hpp"
#include "inspect/frame_filter.hpp"
#include "inspect/pcapng.hpp"
#include "support/ip_frames.hpp"
#include "support/membership_frames.hpp"
#include "unit/handover/some_state.hpp"
#include "unit/offload/frames.hpp"
#include "unit/offload/neighbour_frames.hpp"

using namespace vxtap;
using namespace vxtap::test;
namespace fs = std::filesystem;

namespace {

std::vector<Bytes> control_frames() {
  std::vector<Bytes> frames{ArpFrame{}.bytes(), NdFrame{}.bytes(), advertisement().bytes()};
  frames.push_back(ArpFrame{.operation = Tins::ARP::REPLY, .target = "10.0.0.2"}.bytes());
  frames.push_back(ArpFrame{.sender = "10.0.0.1", .target = "10.0.0.2"}.bytes());
  frames.push_back(
      NdFrame{.source = "fd00::1", .destination = "ff02::1:ff00:2", .target = "fd00::2"}.bytes());
  frames.push_back(
      NdFrame{.type = Tins::ICMPv6::ROUTER_ADVERT, .source = "fe80::1", .destination = "ff02::1"}.bytes());
  const Bytes group = octets("239.9.9.9"), group6 = octets("ff0e::99");
  for (const std::uint8_t type : Bytes{0x11, 0x12, 0x16, 0x17})
    frames.push_back(igmp_frame(Bytes{type, 50, 0, 0} + group));
  frames.push_back(igmp_frame(Bytes{0x11, 50, 0, 0} + group + Bytes{2, 125, 0, 1} + octets("10.0.0.9")));
  frames.push_back(igmp_frame(Bytes{0x22, 0, 0, 0, 0, 0, 0, 2, 4, 0, 0, 0} + group + Bytes{3, 0, 0, 1} +
                              group + octets("10.0.0.9")));
  frames.push_back(
      ipv4_frame(with_checksum({0x20, 0, 0, 0, 0, 1, 0, 2, 0, 105}), {"10.0.0.1", "224.0.0.13"}, 103));
  for (const std::uint8_t type : Bytes{130, 131, 132})
    frames.push_back(mld_frame(Bytes{type, 0, 0, 0, 1, 0, 0, 0} + group6));
  frames.push_back(mld_frame(Bytes{143, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0} + group6));
  const std::size_t untagged = frames.size();
  for (std::size_t i = 0; i < untagged; i += 3) frames.push_back(tagged(frames[i], kCustomerTag));
  return frames;
}

std::vector<Bytes> data_frames() {
  std::vector<Bytes> frames{udp_v4(1), udp_v6(2), whole_v4(1600), large_v6(1600), whole_v4(700, 0)};
  for (const auto& made : all_shapes("some text that is a payload")) {
    frames.push_back(made.bytes);
    frames.push_back(made.unfinished());
  }
  frames.push_back(make_packet({.ip_options = true, .tcp_options = true}, "text").bytes);
  frames.push_back(make_packet({.shape = {.v6 = true, .tcp = true}, .ip_options = true}, "text").bytes);
  frames.push_back(tagged(udp_v4(), kServiceTag + kCustomerTag));
  return frames;
}

std::vector<Bytes> all_frames() {
  auto frames = control_frames();
  for (auto& frame : data_frames()) frames.push_back(std::move(frame));
  return frames;
}

Bytes half(std::size_t value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}
Bytes block(const Bytes& bytes) {
  return half(bytes.size()) + bytes;
}
Bytes of_text(const std::string& text) {
  return {text.begin(), text.end()};
}

class Seeds {
 public:
  explicit Seeds(fs::path directory) : directory_(std::move(directory)) {}

  void add(const std::string& name, const Bytes& bytes) {
    fs::create_directories(directory_ / name);
    std::ofstream file(directory_ / name / ("seed-" + std::to_string(++count_[name])), std::ios::binary);
    for (const auto byte : bytes) file.put(static_cast<char>(byte));
  }

 private:
  fs::path directory_;
  std::map<std::string, int> count_;
};

/// What world.cpp chooses by: two TAPs, four segments, their entries and the network.
Bytes world(std::uint8_t how) {
  Bytes choices{0, 0};
  for (int i = 0; i < 4; ++i) choices = choices + Bytes{how, 0, 0x17};
  return choices + Bytes(5, how);
}

void add_packet_path(Seeds& seeds) {
  for (const std::uint8_t how : Bytes{0x00, 0x60, 0x02}) {
    Bytes all = world(how) + Bytes{2}, sent = world(how);
    for (const Bytes& frame : all_frames()) {
      const Bytes arrival = Bytes{1, 0, 1, 0} + block(frame);
      seeds.add("datagram", world(how) + Bytes{4} + arrival);
      if (frame.size() < 200) all = all + Bytes{4} + arrival;
      for (const std::size_t segment : {0U, 20U})
        seeds.add("tap_frame", world(how) + Bytes{0, 2, 1, 1} + half(segment) + Bytes(4, 0) + block(frame));
    }
    seeds.add("datagram", all);
  }
}

void add_offload(Seeds& seeds) {
  for (const auto& made : all_superframes())
    seeds.add("segmenter", Bytes{1, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0} + block(made.headers) +
                               block(of_text(made.payload)));
  for (const Bytes& frame : data_frames())
    seeds.add("coalescer", Bytes{1, 7} + block(frame) + Bytes{0x0E, 20, 0x0E, 3, 0x01, 0, 40, 9, 0x0E, 3});
  for (const Bytes& frame : all_frames())
    for (const std::uint8_t how : Bytes{0, 2})
      seeds.add("overlay_protocols", Bytes{how, 5, 0x78} + block(frame));
}

void add_inspected(Seeds& seeds) {
  for (const Bytes& frame : all_frames()) seeds.add("dissect", frame);
  using namespace inspect::pcapng;
  std::string file;
  put_section(file, {"x86", "Linux", "vxtapd"});
  put_interface(file, {LinkType::kEthernet, "vx42", "TAP"});
  put_interface(file, {LinkType::kRaw, "192.0.2.1:4789", ""});
  const Bytes frame = udp_v4();
  const BytesView piece = frame;
  put_packet(file, {0, 1, {&piece, 1}, Direction::kInbound, 0, "a comment"});
  put_packet(file, {1, 2, {&piece, 1}, Direction::kOutbound, 3, ""});
  put_statistics(file, {0, 1, 2, 3, 4});
  for (const std::uint8_t number : Bytes{0, 1, 7}) seeds.add("pcapng", Bytes{number} + of_text(file));
  for (const char* expression : {"udp port 53", "ip6 and tcp", "ether host 02:00:00:00:00:0a", "len > 60",
                                 "ip[8] & 0xf != 0 and tcp[tcpflags] & 2 != 0"}) {
    const auto program = inspect::compile_filter(expression);
    Bytes bytes{static_cast<std::uint8_t>(program.size())};
    for (const auto& one : program)
      bytes = bytes + half(one.code) + Bytes{one.jt, one.jf} + half(one.k >> 16) + half(one.k & 0xFFFF);
    seeds.add("frame_filter", bytes + Bytes{0, 0} + block(frame));
  }
}

void add_texts(Seeds& seeds, const fs::path& source) {
  for (const auto& entry : fs::recursive_directory_iterator(source / "config")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path());
    seeds.add("config_file", of_text(std::string(std::istreambuf_iterator<char>(file), {})));
  }
  const std::string call = R"({"jsonrpc":"2.0","id":1,"method":")";
  for (const char* rest :
       {R"(show","params":{"vni":42}})",
        R"(fdb.add","params":{"vni":42,"mac":"02:00:00:00:00:09","remote":"192.0.2.9"}})",
        R"(fdb.flush","params":{"vni":7}})",
        R"(mdb.add","params":{"vni":42,"group":"239.1.1.1","remote":"192.0.2.9"}})",
        R"(explain","params":{"tap":"vx42","frame":"ffffffffffff020000000001080600"}})", R"(stats"})",
        R"(doctor"})", R"(path-mtu","params":{"remote":"192.0.2.9","vni":42}})",
        R"(log","params":{"level":"debug"}})"})
    seeds.add("json_rpc", of_text(call + rest));
  const std::string device = "ip link add v0 type vxlan id 42 dstport 4789 ";
  for (const char* rest :
       {"local 192.0.2.1 remote 192.0.2.2 dev eth0",
        "local 2001:db8::1 group ff05::7 dev eth0 ttl 9 tos inherit",
        "local 192.0.2.1 nolearning proxy\nbridge fdb append 00:00:00:00:00:00 dev v0 dst 192.0.2.3\n"
        "ip address add 10.0.0.1/24 dev v0\nip link set v0 up mtu 1400 master br0\n",
        "local 192.0.2.1 srcport 1024 2048 ageing 30 maxaddress 100 df set udpcsum gbp"})
    seeds.add("from_ip", of_text(device + rest));
  for (const char* text :
       {"0x08 00:45\n00", "02:00:00:00:00:01", "[2001:db8::1]:4789", "192.0.2.1:8472", "::ffff:1.2.3.4"})
    seeds.add("values", of_text(text));
}

void add_saved_state(Seeds& seeds) {
  const auto encoded = handover::encode(handover::test::some_state());
  seeds.add("saved_state", Bytes{0} + encoded);
  seeds.add("saved_state", Bytes{1} + Bytes(encoded.begin() + 20, encoded.end()));
  const auto empty = handover::encode({});
  seeds.add("saved_state", Bytes{1} + Bytes(empty.begin() + 20, empty.end()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("usage: fuzz_seeds SOURCE_DIRECTORY DIRECTORY\n", stderr), 2;
  Seeds seeds(argv[2]);
  add_packet_path(seeds);
  add_offload(seeds);
  add_inspected(seeds);
  add_texts(seeds, argv[1]);
  add_saved_state(seeds);
}
