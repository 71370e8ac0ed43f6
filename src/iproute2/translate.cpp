#include "iproute2/translate.hpp"

#include <algorithm>
#include <array>

#include "config/text_check.hpp"
#include "iproute2/address_line.hpp"
#include "iproute2/bridge_line.hpp"
#include "iproute2/complete.hpp"
#include "iproute2/link_line.hpp"
#include "iproute2/yaml.hpp"

namespace vxtap::iproute2 {
namespace {

using config::quote;
using Words = std::span<const Word>;

/// Everything that commands change.
struct Reading {
  std::vector<Device> devices;
  Findings findings;
};

bool begins(std::string_view whole, const Word& typed) {
  return !typed.text.empty() && whole.starts_with(typed.text);
}

/// The word that an abbreviation stands for: the first of them, as in iproute2. Empty when none.
template <std::size_t N>
std::string_view meant(const std::array<std::string_view, N>& words, Words typed) {
  if (typed.empty()) return {};
  const auto found = std::ranges::find_if(words, [&](const auto word) { return begins(word, typed[0]); });
  return found == words.end() ? std::string_view() : *found;
}

// As far as one abbreviation hides another.
constexpr std::array<std::string_view, 9> kObjects{"address",  "addrlabel", "maddress", "route", "rule",
                                                   "neighbor", "neighbour", "netns",    "link"};
constexpr std::array<std::string_view, 4> kLinkVerbs{"add", "set", "change", "replace"};
constexpr std::array<std::string_view, 4> kAddressVerbs{"add", "change", "chg", "replace"};
constexpr std::array<std::string_view, 4> kFdbVerbs{"add", "append", "replace", "delete"};

/// The word behind `type`; empty without one.
std::string_view type_of(Words words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (begins("type", words[i])) return words[i + 1].text;
  return {};
}

bool read_link(Words words, Reading& reading) {
  const auto verb = meant(kLinkVerbs, words);
  if (verb.empty()) return false;
  const Words rest = words.subspan(1);
  if (verb == "set" || verb == "change") return read_link_set(rest, reading.devices, reading.findings);
  if (rest.empty() || type_of(rest) != "vxlan") return false;
  read_link_add(rest, reading.devices, reading.findings);
  return true;
}

bool read_address(Words words, Reading& reading) {
  return !meant(kAddressVerbs, words).empty() &&
         read_address_add(words.subspan(1), reading.devices, reading.findings);
}

bool read_neighbour(Words words, Reading& reading) {
  return !meant(kAddressVerbs, words).empty() &&
         read_neighbour_add(words.subspan(1), reading.devices, reading.findings);
}

/// Of the options before the object those that have a value, as `-n NETNS`.
std::size_t global_options(Words words) {
  std::size_t count = 0;
  while (count < words.size() && words[count].text.starts_with('-')) {
    const auto& text = words[count].text;
    const bool has_value =
        text == "-n" || text == "-netns" || text == "-f" || text == "-family" || text == "-rc";
    count += has_value ? 2U : 1U;
  }
  return std::min(count, words.size());
}

bool read_ip(Words words, Reading& reading) {
  const std::size_t options = global_options(words);
  for (const Word& word : words.first(options))
    if (word.text == "-n" || word.text == "-netns")
      reading.findings.note(word, word.text + ": start vxtapd in that network namespace");
  words = words.subspan(options);
  const auto object = meant(kObjects, words);
  if (object == "link") return read_link(words.subspan(1), reading);
  if (object == "address") return read_address(words.subspan(1), reading);
  if (object.starts_with("neighbo")) return read_neighbour(words.subspan(1), reading);
  return false;
}

bool read_bridge(Words words, Reading& reading) {
  words = words.subspan(global_options(words));
  if (words.empty() || !begins("fdb", words[0])) return false;
  words = words.subspan(1);
  const auto verb = meant(kFdbVerbs, words);
  if (verb.empty()) return false;
  const auto at = std::ranges::find(kFdbVerbs, verb) - kFdbVerbs.begin();
  return read_fdb_change(static_cast<FdbVerb>(at), words.subspan(1), reading.devices, reading.findings);
}

/// `brctl addif BRIDGE DEVICE`, the elder of `ip link set DEVICE master BRIDGE`.
bool read_brctl(Words words, Reading& reading) {
  if (words.size() != 3 || words[0].text != "addif") return false;
  Device* const device = find_device(reading.devices, words[2].text);
  if (device == nullptr) return false;
  device->segment.tap.master = words[1].text;
  return true;
}

/// What stands before the program: sudo with its flags, `ip netns exec NAME`.
Words without_wrappers(Words words, Findings& findings) {
  while (words.size() > 1) {
    const bool in_namespace = words.size() > 4 && words[0].text == "ip" && begins("netns", words[1]) &&
                              words[1].text.size() > 2 && words[2].text == "exec";
    if (in_namespace) {
      findings.note(words[3], "netns: start vxtapd in that network namespace: ip netns exec " +
                                  words[3].text + " vxtapd");
      words = words.subspan(4);
    } else if (words[0].text == "sudo") {
      words = words.subspan(1);
      while (words.size() > 1 && words[0].text.starts_with('-')) words = words.subspan(1);
    } else {
      break;
    }
  }
  return words;
}

/// Whether the command did its part for a device.
bool read_command(Words words, Reading& reading) {
  words = without_wrappers(words, reading.findings);
  const std::string_view path = words[0].text;
  const auto program = path.substr(path.rfind('/') + 1);
  if (program == "ip") return read_ip(words.subspan(1), reading);
  if (program == "bridge") return read_bridge(words.subspan(1), reading);
  if (program == "brctl") return read_brctl(words.subspan(1), reading);
  return false;
}

Verdict verdict_of(const Findings& findings) {
  if (findings.any_wrong()) return Verdict::kWrongCommand;
  return findings.any_impossible() ? Verdict::kNoConfiguration : Verdict::kDone;
}

/// What else serves than running the command on the TAP.
struct Instead {
  std::string_view object;
  std::string_view why;
};
constexpr Instead kInsteadOfBridge[] = {
    {"fdb", "`vxtapctl fdb` shows and changes the entries while vxtapd runs"},
    {"mdb",
     "this changes traffic: groups live until the daemon stops; once it has started: `vxtapctl mdb add GROUP "
     "--vni VNI --remote ADDRESS`"},
    {"vni", "the VNIs of one device are segments with `vlan` on one TAP; see vxtapd.yaml(5)"},
    {"monitor", "`vxtapctl monitor` shows what changes"},
};

/// Why a command did nothing for the devices.
std::string_view reason(const Command& command, Reading& reading) {
  const Words words = without_wrappers(command.words, reading.findings);
  const bool ours = std::ranges::any_of(
      words, [&](const Word& word) { return find_device(reading.devices, word.text) != nullptr; });
  if (!ours) return "it is not about a vxlan device; run it as before";
  const bool of_master = std::ranges::any_of(words, [](const Word& word) { return word.text == "master"; });
  if (words[0].text == "bridge" && words.size() > 1 && !of_master)
    for (const Instead& instead : kInsteadOfBridge)
      if (begins(instead.object, words[1])) return instead.why;
  return "it is about the interface, which is a TAP of that name; run it once vxtapd has started";
}

void leave_out(const Command& command, Reading& reading) {
  reading.findings.left_out(command.words[0], "`" + command.text + "`", reason(command, reading));
}

/// Devices with one VNI cannot share a port (drivers/net/vxlan: vxlan_vni_in_use).
void check_unique(const std::vector<Device>& devices, Findings& findings) {
  for (auto device = devices.begin(); device != devices.end(); ++device) {
    const auto same = [&](const Device& other) {
      return other.segment.vni == device->segment.vni &&
             other.segment.underlay.port == device->segment.underlay.port;
    };
    const auto first = std::find_if(devices.begin(), device, same);
    if (first != device)
      findings.wrong(*device->vni,
                     config::join({"VNI ", device->vni->text, " is that of ", quote(first->name.text),
                                   " on the same port; give one of them another `id` or `dstport`"}));
  }
}

void check_devices(Reading& reading) {
  if (reading.findings.any_wrong()) return;
  if (reading.devices.empty())
    reading.findings.impossible(
        {{}, {1, 1}},
        "no vxlan device is added; write `ip link add NAME type vxlan id VNI local ADDRESS "
        "remote ADDRESS`");
  for (Device& device : reading.devices) complete(device, reading.findings);
  if (verdict_of(reading.findings) == Verdict::kDone) check_unique(reading.devices, reading.findings);
}

/// The loader's errors as ours: it knows what no option shows alone, such as a VNI that is taken.
void check_yaml(const std::string& yaml, Reading& reading) {
  const auto loaded = config::load_text(yaml, "the configuration");
  for (const auto& diagnostic : loaded.diagnostics) {
    if (diagnostic.severity == config::Diagnostic::Severity::kWarning) continue;
    reading.findings.impossible({{}, {1, 1}}, "vxtapd would refuse: " + diagnostic.message);
  }
}

}  // namespace

Translation translate(std::string_view commands, const std::string& name) {
  Reading reading{{}, Findings(name)};
  Findings& findings = reading.findings;
  std::string yaml;
  if (const auto bad = config::check_text(commands)) {
    findings.wrong({{}, bad->position}, bad->message);
  } else {
    const CommandList list = split_commands(commands);
    if (list.unclosed) findings.wrong(*list.unclosed, "the quote that begins here does not end; close it");
    for (const Command& command : list.commands)
      if (!list.unclosed && !read_command(command.words, reading)) leave_out(command, reading);
    check_devices(reading);
    if (verdict_of(findings) == Verdict::kDone) {
      yaml = to_yaml(reading.devices, list.commands, findings.notes());
      check_yaml(yaml, reading);
    }
  }
  Translation translation{verdict_of(findings), {}, findings.take()};
  if (translation.verdict == Verdict::kDone) translation.yaml = std::move(yaml);
  return translation;
}

}  // namespace vxtap::iproute2
