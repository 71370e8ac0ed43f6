#include "service/costly_page.hpp"

#include <boost/asio/io_context.hpp>
#include <stdexcept>

#include "service/process_facts.hpp"
#include "support/catch.hpp"

using namespace vxtap::service;
using namespace std::chrono_literals;

namespace {

void burn(std::chrono::nanoseconds time) {
  const auto end = thread_cpu_time() + time;
  while (thread_cpu_time() < end) {
  }
}

/// A page that says how often it was written, at a cost.
struct Written {
  boost::asio::io_context io;
  int times = 0;
  std::chrono::nanoseconds cost{};
  CostlyPage page{io.get_executor(), [this]() -> SharedText {
                    burn(cost);
                    return std::to_string(++times);
                  }};
};

}  // namespace

TEST_CASE_METHOD(Written, "costly page: one that costs little is written each time") {
  for (int i = 1; i <= 20; ++i) REQUIRE(page.text().view() == std::to_string(i));
  CHECK(io.poll() == 0);
}

TEST_CASE_METHOD(Written, "costly page: one that costs much is shown again until it had its rest") {
  cost = 20ms;
  const SharedText first = page.text();
  for (int i = 0; i < 1000; ++i) REQUIRE(page.text().view().data() == first.view().data());
  CHECK(io.run() == 1);
  CHECK(page.text().view() == "2");
  CHECK(first.view() == "1");
}

TEST_CASE_METHOD(Written, "costly page: what was not written is not shown again") {
  CostlyPage broken(io.get_executor(), []() -> SharedText {
    burn(20ms);
    throw std::runtime_error("netlink: no buffer space");
  });
  CHECK_THROWS_AS(broken.text(), std::runtime_error);
  CHECK_THROWS_AS(broken.text(), std::runtime_error);
}

TEST_CASE("costly page: it may go while it is shown") {
  boost::asio::io_context io;
  {
    CostlyPage page(io.get_executor(), []() -> SharedText {
      burn(20ms);
      return "x";
    });
    page.text();
  }
  CHECK(io.run() == 1);
}
