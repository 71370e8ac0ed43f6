#include "vxtapd/watches.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace vxtap::daemon {

void Watches::add(std::shared_ptr<dataplane::Watch> watch) {
  change([&] {
    if (std::ranges::find(watches_, watch) == watches_.end()) watches_.push_back(std::move(watch));
  });
}

void Watches::remove(const dataplane::Watch& watch) {
  change([&] { std::erase_if(watches_, [&](const auto& known) { return known.get() == &watch; }); });
}

template <class Change>
void Watches::change(Change&& change) {
  changing_.store(true, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  change();
  auto level = dataplane::Watch::Level::kNothing;
  for (const auto& watch : watches_) level = std::max(level, watch->level());
  all_.set_level(level);
  changing_.store(false, std::memory_order_relaxed);
}

}  // namespace vxtap::daemon
