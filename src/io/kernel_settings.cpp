#include "io/kernel_settings.hpp"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

namespace vxtap::io {
namespace {

/// As /proc/net/igmp writes it: the address's four bytes taken for a number of this machine.
std::string igmp_text(const VtepAddress& group) {
  std::uint32_t number = 0;
  std::memcpy(&number, group.octets().data(), sizeof number);
  char text[9];
  std::snprintf(text, sizeof text, "%08X", number);
  return text;
}

/// As /proc/net/igmp6 writes it: all digits, no colons.
std::string igmp6_text(const VtepAddress& group) {
  std::string text;
  for (const auto octet : group.octets()) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", octet);
    text += digits;
  }
  return text;
}

/// A line for each interface, "2 eth0 : 3 V3", and indented below it one for each group.
bool igmp_lists(std::istream& lines, const std::string& group, const std::string& device) {
  bool there = false;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    std::string second;
    words >> first >> second;
    if (!line.empty() && line.front() != '\t' && line.front() != ' ')
      there = second == device || second == device + ":";
    else if (there && first == group)
      return true;
  }
  return false;
}

/// A line for each interface and group, "2 eth0 ff02…01 1 0000000C 0".
bool igmp6_lists(std::istream& lines, const std::string& group, const std::string& device) {
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string number;
    std::string name;
    std::string address;
    if (words >> number >> name >> address && name == device && address == group) return true;
  }
  return false;
}

}  // namespace

std::optional<std::int64_t> read_setting(const std::string& path) {
  std::ifstream file("/proc/sys/" + path);
  std::int64_t value = 0;
  return file >> value ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> netstat_value(const std::string& text, const std::string& group,
                                           const std::string& name) {
  std::istringstream lines(text);
  std::string names;
  std::string numbers;
  while (std::getline(lines, names) && std::getline(lines, numbers)) {
    if (!names.starts_with(group + ":")) continue;
    std::istringstream name_words(names);
    std::istringstream number_words(numbers);
    for (std::string one, number; name_words >> one && number_words >> number;)
      if (one == name) return std::stoull(number);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> read_netstat(const std::string& group, const std::string& name) {
  std::ifstream file("/proc/thread-self/net/netstat");
  return netstat_value({std::istreambuf_iterator<char>(file), {}}, group, name);
}

bool lists_group(const std::string& text, const VtepAddress& group, const std::string& device) {
  std::istringstream lines(text);
  return group.is_v4() ? igmp_lists(lines, igmp_text(group), device)
                       : igmp6_lists(lines, igmp6_text(group), device);
}

bool has_joined(const VtepAddress& group, const std::string& device) {
  std::ifstream file(group.is_v4() ? "/proc/thread-self/net/igmp" : "/proc/thread-self/net/igmp6");
  return lists_group({std::istreambuf_iterator<char>(file), {}}, group, device);
}

}  // namespace vxtap::io
