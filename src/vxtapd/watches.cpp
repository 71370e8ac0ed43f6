#include "vxtapd/watches.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace vxtap::daemon {

void Watches::add(std::shared_ptr<dataplane::Watch> watch) {
  const std::lock_guard lock(mutex_);
  if (std::ranges::find(watches_, watch) == watches_.end()) watches_.push_back(std::move(watch));
  set_level();
}

void Watches::remove(const dataplane::Watch& watch) {
  const std::lock_guard lock(mutex_);
  std::erase_if(watches_, [&](const auto& known) { return known.get() == &watch; });
  set_level();
}

void Watches::set_level() {
  auto level = dataplane::Watch::Level::kNothing;
  for (const auto& watch : watches_) level = std::max(level, watch->level());
  all_.set_level(level);
}

}  // namespace vxtap::daemon
