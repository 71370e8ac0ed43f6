#include "service/costly_page.hpp"

#include <malloc.h>

#include <utility>

#include "service/process_facts.hpp"

namespace vxtap::service {
namespace {

using namespace std::chrono_literals;

constexpr auto kCostly = 10ms;
constexpr int kRest = 10;

}  // namespace

CostlyPage::CostlyPage(const boost::asio::any_io_executor& executor, std::function<SharedText()> write)
    : write_(std::move(write)), end_(executor) {}

SharedText CostlyPage::text() {
  if (*kept_) return **kept_;
  const auto before = thread_cpu_time();
  SharedText text = write_();
  const auto cost = thread_cpu_time() - before;
  if (cost >= kCostly) keep(text, kRest * cost);
  return text;
}

void CostlyPage::keep(const SharedText& text, std::chrono::nanoseconds time) {
  ::malloc_trim(0);  // what the page was put together from lies between what stays
  *kept_ = text;
  end_.expires_after(time);
  end_.async_wait([weak = std::weak_ptr(kept_)](const boost::system::error_code&) {
    if (const auto kept = weak.lock()) kept->reset();
  });
}

}  // namespace vxtap::service
