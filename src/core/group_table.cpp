#include "vxtap/group_table.hpp"

#include <algorithm>

namespace vxtap {
namespace {

template <typename Rows, typename Key>
const std::vector<Remote>* find(const Rows& rows, const Key& key) noexcept {
  const auto found = std::ranges::lower_bound(rows, key, {}, &Rows::value_type::first);
  return found == rows.end() || found->first != key ? nullptr : &found->second;
}

}  // namespace

GroupTable::GroupTable(std::vector<Entry> entries, const Family& v4, const Family& v6) : v4_(v4), v6_(v6) {
  for (Entry& entry : entries) {
    if (const auto* mac = std::get_if<MacAddress>(&entry.group))
      by_mac_.emplace_back(*mac, std::move(entry.remotes));
    else if (const auto& group = std::get<VtepAddress>(entry.group); is_tracked_group(group))
      by_ip_.emplace_back(group, std::move(entry.remotes));
  }
  std::ranges::sort(by_ip_);
  std::ranges::sort(by_mac_);
}

const std::vector<Remote>* GroupTable::by_ip(const VtepAddress& group) const noexcept {
  return find(by_ip_, group);
}

const std::vector<Remote>* GroupTable::by_mac(const MacAddress& mac) const noexcept {
  return find(by_mac_, mac);
}

}  // namespace vxtap
