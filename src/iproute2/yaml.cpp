#include "iproute2/yaml.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "iproute2/flow_text.hpp"
#include "vxtap/vxlan_header.hpp"

namespace vxtap::iproute2 {
namespace {

using Entries = std::vector<YamlEntry>;

std::string hexadecimal(std::uint64_t number) {
  std::array<char, 19> text{};
  std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
  return text.data();
}

std::string text_of(const VtepAddress& address) {
  return address.is_v4() ? address.to_string() : scalar(address.to_string());
}

std::string text_of(const Remote& remote, std::uint16_t default_port) {
  return remote.port == default_port ? text_of(remote.address) : scalar(to_string(remote));
}

std::string text_of(const config::InterfaceAddress& address) {
  const std::string text = address.address.to_string() + "/" + std::to_string(address.prefix_length);
  return address.address.is_v4() ? text : scalar(text);
}

/// Adds what `given` says unless it is what `plain`, the default, does.
class Map {
 public:
  explicit Map(const std::map<std::string, std::string>& remarks) : remarks_(remarks) {}

  template <typename T>
  void add(const std::string& key, const T& given, const T& plain, const std::string& text) {
    if (given == plain) return;
    const auto remark = remarks_.find(key);
    entries_.push_back({key, text, {}, remark == remarks_.end() ? "" : remark->second});
  }
  void add_list(const std::string& key, std::vector<std::string> items) {
    if (!items.empty()) entries_.push_back({key, {}, std::move(items), {}});
  }
  Entries take() { return std::move(entries_); }

 private:
  const std::map<std::string, std::string>& remarks_;
  Entries entries_;
};

std::string ttl_text(const OuterPolicy& outer) {
  return outer.ttl == OuterPolicy::Ttl::kInherit ? "inherit" : std::to_string(outer.ttl_value);
}
std::string tos_text(const OuterPolicy& outer) {
  return outer.tos == OuterPolicy::Tos::kInherit ? "inherit" : hexadecimal(outer.tos_value);
}
std::string df_text(const OuterPolicy& outer) {
  return outer.df == OuterPolicy::Df::kSet ? "set" : "inherit";
}
std::string bits_text(std::uint64_t tolerated) {
  return tolerated == VxlanHeader::kReservedMask ? "ignore" : hexadecimal(tolerated);
}

Entries underlay_of(const Device& device) {
  const config::Underlay& given = device.segment.underlay;
  const config::Underlay plain;
  const OuterPolicy& outer = given.outer;
  Map map(device.remarks);
  map.add("local", given.local, plain.local, text_of(given.local));
  map.add("device", given.device, plain.device, scalar(given.device));
  map.add("port", given.port, plain.port, std::to_string(given.port));
  map.add("source_port", given.source_port, plain.source_port,
          std::to_string(given.source_port.first) + "-" + std::to_string(given.source_port.last));
  map.add("ttl", std::pair(outer.ttl, outer.ttl_value), std::pair(plain.outer.ttl, plain.outer.ttl_value),
          ttl_text(outer));
  map.add("tos", std::pair(outer.tos, outer.tos_value), std::pair(plain.outer.tos, plain.outer.tos_value),
          tos_text(outer));
  map.add("df", outer.df, plain.outer.df, df_text(outer));
  map.add("flow_label", given.flow_label, plain.flow_label, std::to_string(given.flow_label.value_or(0)));
  map.add("udp_checksum", given.udp_checksum, plain.udp_checksum, "false");
  map.add("accept", given.accept, plain.accept, "any");
  map.add("reserved_bits", given.tolerated_bits, plain.tolerated_bits, bits_text(given.tolerated_bits));
  return map.take();
}

Entries tap_of(const Device& device) {
  const config::Tap& given = device.segment.tap;
  const config::Tap plain;
  Map map(device.remarks);
  map.add("name", given.name, plain.name, scalar(given.name));
  map.add("mtu", given.mtu, plain.mtu, std::to_string(given.mtu.value_or(0)));
  map.add("mac", given.mac, plain.mac, scalar(given.mac.value_or(MacAddress()).to_string()));
  std::vector<std::string> addresses;
  for (const auto& address : given.addresses) addresses.push_back(text_of(address));
  map.add_list("addresses", std::move(addresses));
  map.add("master", given.master, plain.master, scalar(given.master));
  map.add("up", given.up, plain.up, "false");
  return map.take();
}

Entries peers_of(const config::Segment& segment) {
  std::vector<std::string> remotes;
  for (const Remote& remote : segment.peers.remotes)
    remotes.push_back(text_of(remote, segment.underlay.port));
  switch (segment.peers.mode) {
    case PeerMode::kUnicast:
      return {{"mode", "unicast", {}, {}}, {"remote", remotes.at(0), {}, {}}};
    case PeerMode::kMulticastGroup:
      return {{"mode", "multicast-group", {}, {}}, {"group", remotes.at(0), {}, {}}};
    case PeerMode::kStaticFlood:
      break;
  }
  return {{"mode", "static-flood", {}, {}}, {"remotes", "[]", std::move(remotes), {}}};
}

/// Whole seconds: iproute2 knows no others.
std::string ageing_text(std::chrono::milliseconds ageing) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(ageing).count()) + "s";
}

Entries fdb_of(const Device& device) {
  const config::FdbOptions& given = device.segment.fdb;
  const config::FdbOptions plain;
  Map map(device.remarks);
  map.add("learning", given.learning, plain.learning, "false");
  map.add("ageing", given.ageing, plain.ageing, ageing_text(given.ageing));
  map.add("limit", given.limit, plain.limit, std::to_string(given.limit));
  std::vector<std::string> entries;
  for (const auto& entry : given.static_entries)
    entries.push_back("{mac: " + scalar(entry.mac.to_string()) +
                      ", remote: " + text_of(entry.remote, device.segment.underlay.port) + "}");
  map.add_list("static", std::move(entries));
  return map.take();
}

std::string segment_text(const Device& device, const Entries& underlay) {
  const config::Segment& segment = device.segment;
  std::string out = "  - vni: " + std::to_string(segment.vni.value()) + "\n";
  const Entries tap = tap_of(device);
  out += tap.size() == 1 ? block_map(4, {{"tap", tap[0].value, {}, {}}}) : map_of(4, "tap", tap);
  out += map_of(4, "peers", peers_of(segment));
  if (const Entries fdb = fdb_of(device); !fdb.empty()) out += map_of(4, "fdb", fdb);
  if (segment.neighbour_suppression) out += "    neighbour_suppression: true\n";
  std::vector<std::string> neighbours;
  for (const auto& host : segment.neighbours)
    neighbours.push_back("{ip: " + text_of(host.ip) + ", mac: " + scalar(host.mac.to_string()) + "}");
  if (!neighbours.empty()) out += block_map(4, {{"neighbours", {}, std::move(neighbours), {}}});
  if (!underlay.empty()) out += map_of(4, "underlay", underlay);
  return out;
}

bool has(const Entries& entries, const YamlEntry& wanted) {
  return std::ranges::any_of(
      entries, [&](const auto& entry) { return entry.key == wanted.key && entry.value == wanted.value; });
}

std::string head(const std::vector<Command>& commands, const std::vector<std::string>& notes) {
  std::string out = "# Written by `vxtapd --from-ip` for:\n";
  for (const Command& command : commands) out += comment(command.text, 3, " \\");
  if (!notes.empty()) out += "# Differences:\n";
  for (const auto& note : notes) out += comment("- " + note, 1);
  return out;
}

}  // namespace

std::string to_yaml(const std::vector<Device>& devices, const std::vector<Command>& commands,
                    const std::vector<std::string>& notes) {
  std::vector<Entries> underlays;
  underlays.reserve(devices.size());
  for (const Device& device : devices) underlays.push_back(underlay_of(device));
  // What all have in common stands once, for the file.
  const auto is_common = [&](const YamlEntry& entry) {
    return std::ranges::all_of(underlays, [&](const auto& other) { return has(other, entry); });
  };
  Entries common;
  std::ranges::copy_if(underlays.at(0), std::back_inserter(common), is_common);
  std::string out = head(commands, notes);
  if (!common.empty()) out += "underlay:\n" + block_map(2, common) + "\n";
  out += "segments:\n";
  for (std::size_t i = 0; i < devices.size(); ++i) {
    Entries own = underlays[i];
    std::erase_if(own, [&](const auto& entry) { return has(common, entry); });
    out += (i == 0 ? "" : "\n") + segment_text(devices[i], own);
  }
  return out;
}

}  // namespace vxtap::iproute2
