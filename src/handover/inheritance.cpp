#include "handover/inheritance.hpp"

#include <algorithm>
#include <utility>

#include "handover/descriptor_names.hpp"

namespace vxtap::handover {

Inheritance::Inheritance(SavedState state, std::vector<service::KeptDescriptor> descriptors)
    : state_(std::move(state)) {
  for (auto& kept : descriptors) descriptors_[kept.name].push_back(std::move(kept.fd));
  for (std::size_t i = 0; i < state_.segments.size(); ++i)
    segments_.emplace(state_.segments[i].key.to_u40(), i);
}

std::optional<EndpointId> Inheritance::endpoint(const io::LocalVtep& vtep) const {
  const auto found = std::ranges::find(state_.endpoints, vtep, &SavedEndpoint::vtep);
  return found == state_.endpoints.end() ? std::nullopt : std::optional(found->id);
}

std::vector<EndpointId> Inheritance::endpoints() const {
  std::vector<EndpointId> ids;
  std::ranges::transform(state_.endpoints, std::back_inserter(ids), &SavedEndpoint::id);
  return ids;
}

const SavedSegment* Inheritance::segment(SegmentKey key) const {
  const auto found = segments_.find(key.to_u40());
  return found == segments_.end() ? nullptr : &state_.segments[found->second];
}

std::vector<io::UniqueFd> Inheritance::take(const std::string& name) {
  auto node = descriptors_.extract(name);
  return node.empty() ? std::vector<io::UniqueFd>() : std::move(node.mapped());
}

std::vector<io::UniqueFd> Inheritance::take_receivers(const io::LocalVtep& vtep) {
  return take(name_of_receivers(vtep));
}

io::UniqueFd Inheritance::take_group(const io::LocalVtep& vtep, const VtepAddress& group) {
  auto sockets = take(name_of_group(vtep, group));
  return sockets.empty() ? io::UniqueFd() : std::move(sockets.front());
}

InheritedTap Inheritance::take_tap(const std::string& name) {
  InheritedTap tap{take(name_of_tap(name)), {}};
  const auto saved = std::ranges::find(state_.taps, name, &SavedTap::name);
  if (saved != state_.taps.end()) tap.traces = saved->traces;
  return tap;
}

std::vector<InheritedTap> Inheritance::take_taps() {
  std::vector<InheritedTap> all;
  for (const SavedTap& saved : state_.taps)
    if (auto tap = take_tap(saved.name); !tap.queues.empty()) all.push_back(std::move(tap));
  return all;
}

std::size_t Inheritance::taps() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      state_.taps, [&](const SavedTap& saved) { return descriptors_.contains(name_of_tap(saved.name)); }));
}

std::size_t Inheritance::sockets() const {
  std::size_t sum = 0;
  for (const auto& [name, fds] : descriptors_)
    if (names_socket(name)) sum += fds.size();
  return sum;
}

void Inheritance::release_endpoints_except(const std::vector<io::LocalVtep>& wanted) {
  const auto released = std::erase_if(descriptors_, [&](const auto& kept) {
    const std::string& name = kept.first;
    const auto is_of = [&](const io::LocalVtep& vtep) { return names_socket_of(name, vtep); };
    if (!names_socket(name) || std::ranges::any_of(wanted, is_of)) return false;
    service::forget_descriptors(name);
    return true;
  });
  if (released != 0) service::wait_for_service_manager();
}

}  // namespace vxtap::handover
