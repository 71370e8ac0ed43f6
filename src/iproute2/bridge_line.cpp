#include "iproute2/bridge_line.hpp"

#include "iproute2/link_line.hpp"
#include "iproute2/option_values.hpp"

namespace vxtap::iproute2 {
namespace {

using config::join;
using config::quote;

/// One command.
struct Entry {
  FdbVerb verb = FdbVerb::kAdd;
  std::optional<Word> mac_word, dst_word, self, master, dynamic, nhid, vni, src_vni, via;
  MacAddress mac;
  Remote dst;
};

void read_dst(const Use& use, Entry& entry) {
  entry.dst_word = use.values[0];
  if (const auto address = read_address(use, use.values[0])) entry.dst.address = *address;
}
void read_entry_port(const Use& use, Entry& entry) {
  if (const auto port = read_port(use, use.values[0])) entry.dst.port = *port;
}
void read_vni(const Use& use, Entry& entry) {
  if (read_number(use, use.values[0], {0, Vni::kMax}, "VNI")) entry.vni = use.values[0];
}
void read_src_vni(const Use& use, Entry& entry) {
  if (read_number(use, use.values[0], {0, Vni::kMax}, "VNI")) entry.src_vni = use.values[0];
}
void read_nhid(const Use& use, Entry& entry) {
  entry.nhid = use.values[0];
}
void read_via(const Use& use, Entry& entry) {
  entry.via = use.values[0];
}
void note_self(const Use& use, Entry& entry) {
  entry.self = use.option;
}
void note_master(const Use& use, Entry& entry) {
  entry.master = use.option;
}
void note_dynamic(const Use& use, Entry& entry) {
  entry.dynamic = use.option;
}

// iproute2's bridge/fdb.c.
constexpr Option<Entry> kFdbOptions[] = {
    {"dev DEVICE", "dev", nullptr, {}, kExact},
    {"dst ADDRESS", "dst", read_dst, {}, kExact},
    {"nhid ID", "nhid", read_nhid, {}, kExact},
    {"port PORT", "port", read_entry_port, {}, kExact},
    {"vni VNI", "vni", read_vni, {}, kExact},
    {"src_vni VNI", "src_vni", read_src_vni, {}, kExact},
    {"via DEVICE", "via", read_via, {}, kExact},
    {"self", "", note_self, {}, kExact},
    {"master", "", note_master},
    {"router", "", nullptr, "there is no route short circuit; nothing needs to be done"},
    {"local", ""},
    {"permanent", ""},
    {"temp", ""},
    {"static", ""},
    {"dynamic", "", note_dynamic},
    {"vlan VID", "vlan", nullptr, "a vxlan device's own entries have no VLAN; nothing needs to be done"},
    {"use", "", nullptr, "it refreshes an entry that ages, and these do not; nothing needs to be done"},
    {"extern_learn", "", nullptr, "entries of the file do not age, either; nothing needs to be done"},
    {"sticky", ""},
};

std::span<const Option<Entry>> options() {
  return kFdbOptions;
}

/// Reads the words; false when they are wrong, which is reported.
bool read_words(std::span<const Word> words, Entry& entry, Findings& findings) {
  std::map<std::string_view, std::string> given;
  while (!words.empty()) {
    if (const auto* option = find_option(options(), words[0].text)) {
      const auto taken = read_option(*option, words, entry, findings, given);
      if (taken == 0) return false;
      words = words.subspan(taken);
      continue;
    }
    if (words[0].text == "to" && words.size() > 1) words = words.subspan(1);
    if (entry.mac_word) {
      findings.wrong(words[0], unknown_option(options(), words[0].text, "bridge fdb"));
      return false;
    }
    entry.mac_word = words[0];
    words = words.subspan(1);
  }
  return true;
}

/// What can be done instead, while the daemon runs.
std::string at_run_time(const Entry& entry, const Device& device) {
  constexpr std::string_view kVerbs[] = {"add", "append", "replace", "del"};
  const std::uint16_t port = entry.dst.port != 0 ? entry.dst.port : device.port.value_or(kKernelPort);
  return join({"vxtapctl fdb ", kVerbs[static_cast<std::size_t>(entry.verb)], " ", entry.mac.to_string(),
               " --vni ", std::to_string(device.segment.vni.value()), " --remote ",
               to_string(Remote{entry.dst.address, port}), entry.dynamic ? " --dynamic" : ""});
}

/// Why the file cannot hold the entry, and the mend; empty when it can.
std::string obstacle(const Entry& entry, const Device& device) {
  const std::uint32_t own = device.segment.vni.value();
  const auto another = [own](const std::optional<Word>& vni) { return vni && number_of(vni->text) != own; };
  if (entry.nhid) return "this changes traffic: there are no next-hop groups; list one `dst`";
  if (another(entry.src_vni))
    return "this changes traffic: src_vni is another segment's; add the entry to the device with that id";
  if (another(entry.vni))
    return "this changes traffic: frames keep their segment's VNI; let the remote use VNI " +
           std::to_string(own);
  if (entry.dst.address.is_multicast())
    return "this changes traffic: a group is no remote; give it as `group` where the device is added";
  if (entry.dynamic)
    return "entries of the file do not age; once vxtapd has started: " + at_run_time(entry, device);
  if (entry.mac.is_multicast())
    return "this changes traffic: the file holds unicast addresses, and the frames are flooded; once vxtapd "
           "has "
           "started: " +
           at_run_time(entry, device);
  return {};
}

/// The kernel's rules (drivers/net/vxlan: vxlan_fdb_update); false when it refuses.
bool allowed(const Entry& entry, const Device& device, bool there, Findings& findings) {
  const std::string mac = quote(entry.mac_word->text);
  const auto refuse = [&](const Word& at, const std::string& message) {
    findings.wrong(at, message);
    return false;
  };
  if (!entry.dst_word && !entry.nhid)
    return refuse(*entry.mac_word, mac + " has no remote; add `dst ADDRESS`");
  if (entry.dst_word && device.local && entry.dst.address.is_v4() != device.segment.underlay.local.is_v4())
    return refuse(*entry.dst_word,
                  quote(entry.dst_word->text) + " is of another family than the device's `local`");
  if (there && entry.verb == FdbVerb::kAdd)
    return refuse(*entry.mac_word,
                  mac +
                      " has an entry already (File exists); write append for the flood list, or "
                      "replace");
  if (there && entry.verb == FdbVerb::kReplace && entry.mac.is_zero())
    return refuse(*entry.mac_word, mac + " is the flood list, which cannot be replaced; write append");
  return true;
}

void change_flood_list(const Entry& entry, Device& device, Findings& findings) {
  if (entry.verb != FdbVerb::kDelete) return device.flood.push_back(entry.dst);
  if (!entry.dst_word) {  // all that the entry has, as __vxlan_fdb_delete() of drivers/net/vxlan
    if (!device.peer && device.flood.empty())
      findings.wrong(*entry.mac_word, "the flood list is empty; leave the command out");
    device.peer.reset();
    device.flood.clear();
    return;
  }
  const bool is_peer = device.peer == entry.dst.address && entry.dst.port == 0;
  if (is_peer)
    device.peer.reset();
  else if (std::erase(device.flood, entry.dst) == 0)
    findings.wrong(*entry.mac_word,
                   quote(entry.dst_word->text) + " is not in the flood list; leave the command out");
}

void change_static_entries(const Entry& entry, Device& device, Findings& findings) {
  auto& entries = device.segment.fdb.static_entries;
  const auto same = [&](const config::StaticEntry& one) { return one.mac == entry.mac; };
  const auto found = std::ranges::find_if(entries, same);
  const bool there = found != entries.end();
  if (entry.verb == FdbVerb::kDelete && !there)
    return findings.wrong(*entry.mac_word,
                          quote(entry.mac_word->text) + " has no entry; leave the command out");
  if (entry.verb == FdbVerb::kDelete) {
    entries.erase(found);
  } else if (!there) {
    entries.push_back({entry.mac, entry.dst, {}});
  } else if (entry.verb == FdbVerb::kReplace) {
    found->remote = entry.dst;
  } else {
    findings.left_out(
        *entry.mac_word, "append " + entry.mac.to_string(),
        "a unicast address has one remote, and the kernel leaves it in place, too; write replace");
  }
}

void apply(const Entry& entry, Device& device, Findings& findings) {
  const bool flood = entry.mac.is_zero();
  const auto& entries = device.segment.fdb.static_entries;
  const bool there = flood
                         ? device.peer || !device.flood.empty()
                         : std::ranges::find(entries, entry.mac, &config::StaticEntry::mac) != entries.end();
  if (entry.verb != FdbVerb::kDelete) {
    if (!allowed(entry, device, there, findings)) return;
    const std::string why = obstacle(entry, device);
    if (!why.empty()) return findings.left_out(*entry.mac_word, "the entry " + entry.mac.to_string(), why);
  }
  if (entry.via && entry.via->text != device.segment.underlay.device)
    findings.left_out(
        *entry.via, "via " + entry.via->text,
        "this changes traffic: the remote is reached by the route or by the device's `dev`; use a route");
  flood ? change_flood_list(entry, device, findings) : change_static_entries(entry, device, findings);
}

}  // namespace

bool read_fdb_change(FdbVerb verb, std::span<const Word> words, std::vector<Device>& devices,
                     Findings& findings) {
  const auto dev = std::ranges::find(words, "dev", &Word::text);
  Device* const device =
      dev == words.end() || dev + 1 == words.end() ? nullptr : find_device(devices, (dev + 1)->text);
  if (device == nullptr) return false;
  Entry entry;
  entry.verb = verb;
  if (!read_words(words, entry, findings)) return true;
  if (!entry.mac_word) {
    findings.wrong(*dev, "the MAC address is missing; write one such as 02:00:00:00:00:09");
    return true;
  }
  const Use use{*entry.mac_word, std::span(&*entry.mac_word, 1), findings};
  const auto mac = read_mac(use, *entry.mac_word);
  if (!mac) return true;
  if (entry.master && !entry.self) return false;
  if (entry.master)
    findings.left_out(*entry.master, "master",
                      "the bridge's entry is its own; add it once vxtapd has started");
  entry.mac = *mac;
  apply(entry, *device, findings);
  return true;
}

std::vector<std::string_view> fdb_option_words() {
  std::vector<std::string_view> words;
  for (const auto& option : kFdbOptions) words.push_back(option.word());
  return words;
}

}  // namespace vxtap::iproute2
