#include "vxtap/neighbours.hpp"

#include <new>

namespace vxtap {
namespace {

Neighbour row_of(const VtepAddress& ip, const auto& entry) noexcept {
  return {{ip, entry.mac}, entry.role, entry.configured, entry.heard};
}

}  // namespace

void NeighbourTable::configure(std::span<const Binding> bindings) {
  const std::lock_guard lock(mutex_);
  Entries entries;
  for (const auto& binding : bindings) {
    Entry entry{.mac = binding.mac, .configured = true};
    // What a binding's role was found to be holds over a reload.
    const auto before = entries_.find(binding.ip);
    if (before != entries_.end() && before->second.mac == binding.mac) entry.role = before->second.role;
    entries.insert_or_assign(binding.ip, entry);
  }
  const std::size_t configured = entries.size();
  for (const auto& [ip, entry] : entries_)
    if (!entry.configured) entries.emplace(ip, entry);
  snooped_ = entries.size() - configured;
  entries_.swap(entries);
}

std::optional<Neighbour> NeighbourTable::find(const VtepAddress& ip, Tick now) const noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(ip);
  if (found == entries_.end() || aged(found->second, now)) return std::nullopt;
  return row_of(ip, found->second);
}

void NeighbourTable::snoop(const NeighbourClaim& claim, Tick now) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(claim.binding.ip);
  if (found == entries_.end()) return add(claim, now);
  Entry& entry = found->second;
  const bool same = entry.mac == claim.binding.mac;
  if (entry.configured) {
    if (same && claim.role != NeighbourRole::kUnknown) entry.role = claim.role;
    return;
  }
  const bool stale = aged(entry, now);
  if (!same && !claim.overrides && !stale) return;
  if (!same || stale || claim.role != NeighbourRole::kUnknown) entry.role = claim.role;
  entry.mac = claim.binding.mac;
  entry.heard = now;
}

void NeighbourTable::add(const NeighbourClaim& claim, Tick now) noexcept {
  if (snooped_ >= limit_) {
    ++refused_;
    return;
  }
  try {
    entries_.emplace(claim.binding.ip, Entry{claim.binding.mac, claim.role, false, now});
    ++snooped_;
  } catch (const std::bad_alloc&) {
    ++refused_;
  }
}

void NeighbourTable::withdraw(const NeighbourClaim& claim) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(claim.binding.ip);
  if (found == entries_.end() || found->second.configured || !claim.overrides) return;
  if (found->second.mac == claim.binding.mac) return;
  entries_.erase(found);
  --snooped_;
}

std::size_t NeighbourTable::expire(Tick now) noexcept {
  const std::lock_guard lock(mutex_);
  const std::size_t removed =
      std::erase_if(entries_, [&](const auto& entry) { return aged(entry.second, now); });
  snooped_ -= removed;
  return removed;
}

void NeighbourTable::clear_snooped() noexcept {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const auto& entry) { return !entry.second.configured; });
  snooped_ = 0;
}

void NeighbourTable::set_ageing(Tick ticks) noexcept {
  const std::lock_guard lock(mutex_);
  ageing_ = ticks;
}

std::vector<Neighbour> NeighbourTable::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Neighbour> rows;
  rows.reserve(entries_.size());
  for (const auto& [ip, entry] : entries_) rows.push_back(row_of(ip, entry));
  return rows;
}

std::uint64_t NeighbourTable::refused() const noexcept {
  const std::lock_guard lock(mutex_);
  return refused_;
}

bool NeighbourTable::aged(const Entry& entry, Tick now) const noexcept {
  // Signed: another thread may have refreshed the entry after this one took its time.
  const auto age = static_cast<std::int32_t>(now - entry.heard);
  return !entry.configured && ageing_ != 0 && age > 0 && static_cast<Tick>(age) > ageing_;
}

}  // namespace vxtap
