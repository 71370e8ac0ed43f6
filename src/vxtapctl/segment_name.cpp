#include "ctl/segment_name.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <set>
#include <string_view>
#include <vector>

#include "config/suggestion.hpp"
#include "ctl/client.hpp"
#include "ctl/fields.hpp"

namespace vxtap::ctl {
namespace {

constexpr std::size_t kMostNear = 5;

std::string list(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

/// Names that hold `wanted`, and the one that most likely was meant.
std::vector<std::string> near(const std::string& wanted, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  std::vector<std::string> found;
  if (const auto meant = config::nearest(wanted, views)) found.emplace_back(*meant);
  for (const auto& name : names)
    if (found.size() < kMostNear && name.find(wanted) != std::string::npos &&
        std::find(found.begin(), found.end(), name) == found.end())
      found.push_back(name);
  return found;
}

[[noreturn]] void refuse_unknown(const std::string& wanted, const std::vector<std::string>& names) {
  const auto found = near(wanted, names);
  throw Refused({"segment `" + wanted + "`: no segment has this name; " +
                 (found.empty() ? "`vxtapctl show` lists them" : "did you mean " + list(found) + "?")});
}

}  // namespace

std::uint32_t vni_of_name(const json::value& segments, const std::string& name) {
  std::set<std::uint64_t> vnis;
  std::vector<std::string> names;
  for (const auto& segment : segments.as_array()) {
    names.push_back(text(segment, "name"));
    if (names.back() == name) vnis.insert(count(segment, "vni"));
  }
  if (vnis.empty()) refuse_unknown(name, names);
  if (vnis.size() == 1) return static_cast<std::uint32_t>(*vnis.begin());
  std::vector<std::string> numbers;
  numbers.reserve(vnis.size());
  for (const auto vni : vnis) numbers.push_back(std::to_string(vni));
  throw Refused({"segment `" + name + "`: the VNIs " + list(numbers) + " have this name; give the VNI"});
}

}  // namespace vxtap::ctl
