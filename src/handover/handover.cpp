#include "handover/handover.hpp"

#include <map>
#include <utility>

#include "handover/descriptor_names.hpp"

namespace vxtap::handover {
namespace {

/// Those of the name, taken out of the list.
std::vector<io::UniqueFd> take(std::vector<service::KeptDescriptor>& all, const std::string& name) {
  std::vector<io::UniqueFd> found;
  std::erase_if(all, [&](service::KeptDescriptor& one) {
    if (one.name != name) return false;
    found.push_back(std::move(one.fd));
    return true;
  });
  return found;
}

}  // namespace

Handover::Received Handover::receive() {
  if (!service::may_keep_descriptors()) return {};
  auto kept = service::take_kept_descriptors();
  for (const auto& one : kept) received_.insert(one.name);
  files_.emplace(take(kept, kStateName));
  Received received;
  if (!received_.empty()) {
    auto decoded = files_->take_earlier();
    if (decoded.state) {
      received.inheritance = Inheritance(std::move(*decoded.state), std::move(kept));
    } else {
      received.refused = std::move(decoded.refused);
      kept.clear();
      forget_rest();
      service::wait_for_service_manager();
    }
  }
  const auto [first, second] = files_->descriptors();
  replace({{kStateName, first}, {kStateName, second}});
  return received;
}

void Handover::replace(const Descriptors& descriptors) {
  if (!active()) return;
  std::map<std::string, std::vector<int>> by_name;
  for (const auto& [name, fd] : descriptors) by_name[name].push_back(fd);
  for (const auto& [name, fds] : by_name) {
    forget(name);
    service::keep_descriptors(name, fds);
  }
}

void Handover::forget(const std::string& name) {
  if (!active()) return;
  service::forget_descriptors(name);
  received_.erase(name);
}

void Handover::forget_rest() {
  for (const auto& name : std::exchange(received_, {})) service::forget_descriptors(name);
}

void Handover::save(SavedState state) {
  if (active()) files_->write(std::move(state));
}

}  // namespace vxtap::handover
