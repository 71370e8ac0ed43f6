#include "iproute2/address_line.hpp"

#include "iproute2/link_line.hpp"
#include "iproute2/option_values.hpp"

namespace vxtap::iproute2 {
namespace {

using config::quote;

/// What one command says.
struct Line {
  Word device;
  std::optional<Word> subject;  ///< the address; of a neighbour its IP address
  std::optional<Word> lladdr;
};

constexpr auto kAfterAddressStart =
    "the file has no key for it; use `ip address change` on the TAP once vxtapd has started";
constexpr auto kNeighbourState =
    "an element of `neighbours` neither ages nor changes; nothing needs to be done";

void read_device(const Use& use, Line& line) {
  line.device = use.values[0];
}
void read_lladdr(const Use& use, Line& line) {
  line.lladdr = use.values[0];
}

// iproute2's ip/ipaddress.c and ip/ipneigh.c.
constexpr Option<Line> kAddressOptions[] = {
    {"peer ADDRESS", "peer", nullptr, kAfterAddressStart, kExact},
    {"remote ADDRESS", "peer", nullptr, kAfterAddressStart, kExact},
    {"broadcast ADDRESS", "broadcast"},  // the kernel derives the same of the prefix
    {"brd ADDRESS", "broadcast", nullptr, {}, kExact},
    {"anycast ADDRESS", "anycast", nullptr, kAfterAddressStart, kExact},
    {"scope SCOPE", "scope", nullptr, kAfterAddressStart, kExact},
    {"dev DEVICE", "dev", read_device, {}, kExact},
    {"label NAME", "label", nullptr, kAfterAddressStart, kExact},
    {"metric METRIC", "metric", nullptr, kAfterAddressStart},
    {"valid_lft SECONDS", "valid_lft", nullptr, kAfterAddressStart},
    {"preferred_lft SECONDS", "preferred_lft", nullptr, kAfterAddressStart},
    {"home", "home", nullptr, kAfterAddressStart, kExact},
    {"nodad", "nodad", nullptr, kAfterAddressStart, kExact},
    {"noprefixroute", "noprefixroute", nullptr, kAfterAddressStart, kExact},
    {"mngtmpaddr", "mngtmpaddr", nullptr, kAfterAddressStart, kExact},
    {"autojoin", "autojoin", nullptr, kAfterAddressStart, kExact},
};
constexpr Option<Line> kNeighbourOptions[] = {
    {"lladdr LLADDR", "lladdr", read_lladdr},
    {"nud STATE", "nud", nullptr, kNeighbourState},
    {"dev DEVICE", "dev", read_device, {}, kExact},
    {"permanent", "nud"},
    {"noarp", "nud"},
    {"reachable", "nud", nullptr, kNeighbourState},
    {"stale", "nud", nullptr, kNeighbourState},
};

/// The command's words by its table; the one that is no option is the subject. Empty when they are wrong.
std::optional<Line> read_line(std::span<const Option<Line>> options, std::span<const Word> words,
                              Findings& findings) {
  Line line;
  std::map<std::string_view, std::string> given;
  while (!words.empty()) {
    if (const auto* option = find_option(options, words[0].text)) {
      const auto taken = read_option(*option, words, line, findings, given);
      if (taken == 0) return std::nullopt;
      words = words.subspan(taken);
      continue;
    }
    if ((words[0].text == "local" || words[0].text == "to") && words.size() > 1) words = words.subspan(1);
    if (line.subject) {
      findings.wrong(words[0], unknown_option(options, words[0].text, "this command"));
      return std::nullopt;
    }
    line.subject = words[0];
    words = words.subspan(1);
  }
  return line;
}

/// The device behind `dev`.
Device* named_device(std::span<const Word> words, std::vector<Device>& devices) {
  const auto dev = std::ranges::find(words, "dev", &Word::text);
  return dev == words.end() || dev + 1 == words.end() ? nullptr : find_device(devices, (dev + 1)->text);
}

}  // namespace

bool read_address_add(std::span<const Word> words, std::vector<Device>& devices, Findings& findings) {
  Device* const device = named_device(words, devices);
  if (device == nullptr) return false;
  const auto line = read_line(kAddressOptions, words, findings);
  if (!line) return true;
  if (!line->subject) {
    findings.wrong(line->device, "the address is missing; write one such as 10.42.0.1/24 before `dev`");
    return true;
  }
  const Use use{*line->subject, std::span(&*line->subject, 1), findings};
  const auto address = read_prefix(use, *line->subject);
  auto& addresses = device->segment.tap.addresses;
  if (!address) return true;
  if (std::ranges::find(addresses, *address) != addresses.end())
    findings.wrong(*line->subject, quote(line->subject->text) + " is given a second time; keep one of them");
  else
    addresses.push_back(*address);
  return true;
}

bool read_neighbour_add(std::span<const Word> words, std::vector<Device>& devices, Findings& findings) {
  Device* const device = named_device(words, devices);
  if (device == nullptr) return false;
  const auto line = read_line(kNeighbourOptions, words, findings);
  if (!line) return true;
  if (!line->subject || !line->lladdr) {
    findings.wrong(line->device, "a neighbour needs `ADDRESS lladdr LLADDR`; add what is missing");
    return true;
  }
  if (!device->segment.neighbour_suppression) {
    findings.left_out(*line->subject, "the neighbour " + line->subject->text,
                      "without `proxy` it is this host's own; run the command once vxtapd has started");
    return true;
  }
  const Use use{*line->subject, std::span(&*line->subject, 1), findings};
  const auto ip = read_address(use, *line->subject);
  const auto mac = read_mac(use, *line->lladdr);
  if (ip && mac) device->segment.neighbours.push_back({*ip, *mac});
  return true;
}

}  // namespace vxtap::iproute2
