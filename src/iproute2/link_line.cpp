#include "iproute2/link_line.hpp"

#include "iproute2/option_values.hpp"
#include "iproute2/vxlan_options.hpp"

namespace vxtap::iproute2 {
namespace {

using config::quote;

constexpr auto kAfterLinkStart =
    "the file has no key for it; use `ip link set` on the TAP once vxtapd has started";
constexpr auto kNoXdp = "the file has no key for it; attach the program to the TAP once vxtapd has started";

void read_name(const Use& use, Device& device) {
  device.name = use.values[0];
}

void read_mtu(const Use& use, Device& device) {
  constexpr std::uint32_t kMostOfTap = 65521;
  const auto mtu = read_number(use, use.values[0], {68, 65535}, "MTU");
  if (!mtu) return;
  if (*mtu > kMostOfTap) use.findings.note(use.values[0], "mtu: 65521 is used, the most that a TAP takes");
  device.segment.tap.mtu = std::min(static_cast<std::uint32_t>(*mtu), kMostOfTap);
}

void read_mac(const Use& use, Device& device) {
  const auto mac = read_mac(use, use.values[0]);
  if (!mac) return;
  if (mac->is_zero() || mac->is_multicast())
    return use.findings.wrong(use.values[0], quote(use.values[0].text) +
                                                 " is no unicast address; write one such as "
                                                 "02:00:00:00:00:01");
  device.segment.tap.mac = *mac;
}

/// Whether the kernel takes the name; reported when it does not.
bool check_name(const Word& name, Findings& findings) {
  constexpr std::size_t kMost = 15;  // IFNAMSIZ without its zero
  if (name.text.find_first_of("$`") != std::string::npos) {
    findings.wrong(name,
                   quote(name.text) + " is what a shell would replace; write the name of the interface");
    return false;
  }
  if (!name.text.empty() && name.text.size() <= kMost && name.text.find('/') == std::string::npos)
    return true;
  findings.wrong(name, quote(name.text) + " is no name of an interface; write one of at most 15 characters");
  return false;
}

void read_master(const Use& use, Device& device) {
  check_name(use.values[0], use.findings);
  device.segment.tap.master = use.values[0].text;
}
void drop_master(const Use&, Device& device) {
  device.segment.tap.master.clear();
}
void set_up(const Use&, Device& device) {
  device.segment.tap.up = true;
}
void set_down(const Use&, Device& device) {
  device.segment.tap.up = false;
}

constexpr Option<Device> kLinkOptions[] = {
    {"up", "up", set_up, {}, kExact},
    {"down", "up", set_down, {}, kExact},
    {"name NAME", "name", read_name, {}, kExact},
    {"index IDX", "index", nullptr, "the kernel numbers TAPs itself; nothing needs to be done", kExact},
    {"link DEVICE", "link", nullptr, "the kernel ignores it for vxlan; `dev` names the underlay's interface"},
    {"address LLADDR", "address", read_mac},
    {"broadcast LLADDR", "broadcast", nullptr, kAfterLinkStart},
    {"brd LLADDR", "broadcast", nullptr, kAfterLinkStart},
    {"txqueuelen PACKETS", "txqueuelen", nullptr, kAfterLinkStart},
    {"qlen PACKETS", "txqueuelen", nullptr, kAfterLinkStart, kExact},
    {"txqlen PACKETS", "txqueuelen", nullptr, kAfterLinkStart},
    {"mtu MTU", "mtu", read_mtu, {}, kExact},
    {"xdp PROGRAM", "xdp", nullptr, kNoXdp, kExact},
    {"xdpgeneric PROGRAM", "xdp", nullptr, kNoXdp, kExact},
    {"xdpdrv PROGRAM", "xdp", nullptr, kNoXdp, kExact},
    {"netns NAME", "netns", nullptr,
     "this changes where the interface is: a TAP stays in the daemon's namespace; start vxtapd in that "
     "namespace if its "
     "underlay is there, too",
     kExact},
    {"multicast ON-OFF", "multicast", nullptr, kAfterLinkStart, kExact},
    {"allmulticast ON-OFF", "allmulticast", nullptr, kAfterLinkStart, kExact},
    {"promisc ON-OFF", "promisc", nullptr, kAfterLinkStart, kExact},
    {"trailers ON-OFF", "trailers", nullptr, kAfterLinkStart, kExact},
    {"arp ON-OFF", "arp", nullptr, kAfterLinkStart, kExact},
    {"carrier ON-OFF", "carrier", nullptr, "a TAP's carrier follows its daemon; use up and down", kExact},
    {"master DEVICE", "master", read_master},
    {"vrf NAME", "master", read_master, {}, kExact},
    {"nomaster", "master", drop_master},
    {"dynamic ON-OFF", "dynamic", nullptr, kAfterLinkStart},
    {"alias NAME", "alias", nullptr, kAfterLinkStart},
    {"group GROUP", "group", nullptr, kAfterLinkStart, kExact},
    {"mode MODE", "mode", nullptr, kAfterLinkStart, kExact},
    {"state STATE", "state", nullptr, kAfterLinkStart, kExact},
    {"numtxqueues COUNT", "numtxqueues", nullptr,
     "each worker has a queue of the TAP; tap.queues sets another number"},
    {"numrxqueues COUNT", "numrxqueues", nullptr,
     "each worker has a queue of the TAP; tap.queues sets another number"},
    {"addrgenmode MODE", "addrgenmode", nullptr, kAfterLinkStart},
    {"link-netns NAME", "link-netns", nullptr,
     "this changes where the underlay is: it is in the daemon's namespace; start vxtapd where the underlay "
     "is"},
    {"link-netnsid ID", "link-netns", nullptr,
     "this changes where the underlay is: it is in the daemon's namespace; start vxtapd where the underlay "
     "is"},
    {"protodown ON-OFF", "protodown", nullptr, "a TAP has no such state; use up and down", kExact},
    {"protodown_reason REASON ON-OFF", "protodown_reason", nullptr,
     "a TAP has no such state; use up and down", kExact},
    {"gso_max_size BYTES", "gso_max_size", nullptr, kAfterLinkStart, kExact},
    {"gso_max_segs PACKETS", "gso_max_segs", nullptr, kAfterLinkStart, kExact},
    {"gro_max_size BYTES", "gro_max_size", nullptr, kAfterLinkStart, kExact},
    {"gso_ipv4_max_size BYTES", "gso_ipv4_max_size", nullptr, kAfterLinkStart, kExact},
    {"gro_ipv4_max_size BYTES", "gro_ipv4_max_size", nullptr, kAfterLinkStart, kExact},
    {"parentdev NAME", "parentdev", nullptr, "a TAP has no parent; nothing needs to be done", kExact},
};

/// The options of `type vxlan` up to the end.
void read_vxlan(std::span<const Word> words, Device& device, Findings& findings) {
  std::map<std::string_view, std::string> given;
  while (!words.empty()) {
    const auto* option = find_option(vxlan_options(), words[0].text);
    if (option == nullptr) {
      const bool misplaced = find_option(link_options(), words[0].text) != nullptr;
      const auto mend = quote(words[0].text) + " belongs before `type vxlan`; move it there";
      return findings.wrong(words[0],
                            misplaced ? mend : unknown_option(vxlan_options(), words[0].text, "vxlan"));
    }
    const auto taken = read_option(*option, words, device, findings, given);
    if (taken == 0) return;
    words = words.subspan(taken);
  }
}

bool is_type(const Word& word) {
  return !word.text.empty() && std::string_view("type").starts_with(word.text);
}

/// All words of a link command into `device`; false when they are wrong, which is reported.
bool read_words(std::span<const Word> words, Device& device, Findings& findings) {
  std::map<std::string_view, std::string> given;
  while (!words.empty()) {
    if (is_type(words[0])) {
      read_vxlan(words.subspan(std::min<std::size_t>(2, words.size())), device, findings);
      return true;
    }
    if (const auto* option = find_option(link_options(), words[0].text)) {
      const auto taken = read_option(*option, words, device, findings, given);
      if (taken == 0) return false;
      words = words.subspan(taken);
      continue;
    }
    if (words[0].text == "dev" && words.size() > 1) words = words.subspan(1);
    if (!given.try_emplace("dev", words[0].text).second) {
      findings.wrong(words[0], unknown_option(link_options(), words[0].text, "ip link"));
      return false;
    }
    device.name = words[0];
    words = words.subspan(1);
  }
  return true;
}

/// The kernel's name for a device that has none: "vxlan%d".
std::string next_name(std::vector<Device>& devices) {
  for (unsigned number = 0;; ++number) {
    std::string name = "vxlan" + std::to_string(number);
    if (find_device(devices, name) == nullptr) return name;
  }
}

/// The device that a `set` names: the word behind `dev`, or the one that is no option's.
Device* device_to_set(std::span<const Word> words, std::vector<Device>& devices) {
  while (!words.empty() && !is_type(words[0])) {
    const auto* option = find_option(link_options(), words[0].text);
    const std::size_t taken = option == nullptr ? 1 : std::min(words.size(), 1 + option->values());
    if (option == nullptr && words[0].text != "dev") return find_device(devices, words[0].text);
    words = words.subspan(taken);
  }
  return nullptr;
}

}  // namespace

std::span<const Option<Device>> link_options() {
  return kLinkOptions;
}

Device* find_device(std::vector<Device>& devices, std::string_view name) {
  const auto found =
      std::ranges::find_if(devices, [&](const auto& device) { return device.name.text == name; });
  return found == devices.end() ? nullptr : &*found;
}

void read_link_add(std::span<const Word> words, std::vector<Device>& devices, Findings& findings) {
  Device device;
  device.name.position = words[0].position;
  if (!read_words(words, device, findings)) return;
  if (device.name.text.empty()) device.name.text = next_name(devices);
  if (!check_name(device.name, findings)) return;
  if (find_device(devices, device.name.text) != nullptr)
    return findings.wrong(device.name,
                          quote(device.name.text) + " is there already; give the device another name");
  device.segment.tap.name = device.name.text;
  devices.push_back(std::move(device));
}

bool read_link_set(std::span<const Word> words, std::vector<Device>& devices, Findings& findings) {
  Device* const device = device_to_set(words, devices);
  if (device == nullptr) return false;
  const Word name = device->name;
  read_words(words, *device, findings);
  if (device->name.text != name.text)
    findings.left_out(device->name, "name " + device->name.text,
                      "write the new name where the device is added; the TAP is called " + name.text);
  device->name = name;
  return true;
}

}  // namespace vxtap::iproute2
