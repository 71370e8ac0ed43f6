#pragma once

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <optional>
#include <vector>

#include "dataplane/poller.hpp"
#include "io/unique_fd.hpp"
#include "waiting.hpp"

namespace vxtap::test {

using Moved = std::optional<std::size_t>;

struct Pipe {
  io::UniqueFd out, in;

  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
    out = io::UniqueFd(ends[0]);
    in = io::UniqueFd(ends[1]);
  }
  void write(std::size_t bytes) const {
    REQUIRE(::write(in.get(), std::string(bytes, 'x').data(), bytes) == static_cast<ssize_t>(bytes));
  }
  /// One batch of at most ten.
  std::size_t read() const noexcept {
    std::array<char, 10> batch;
    return static_cast<std::size_t>(std::max<ssize_t>(0, ::read(out.get(), batch.data(), batch.size())));
  }
};

/// A poller on a thread of its own. Ports are made and destroyed on that thread, as a worker does.
struct Running {
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
  std::atomic<int> saturated{0};
  dataplane::Poller poller{context, [this] { ++saturated; }};
  std::vector<std::unique_ptr<dataplane::Poller::Port>> ports;
  std::thread thread{[this] { poller.run(); }};

  ~Running() {
    on_thread([this] {
      ports.clear();
      poller.stop();
    });
    thread.join();
  }

  /// Returns when it is done.
  template <typename Task>
  void on_thread(Task task) {
    std::packaged_task<void()> packaged(std::move(task));
    auto done = packaged.get_future();
    boost::asio::post(context, [&packaged] { packaged(); });
    if (done.wait_for(kPatience) != std::future_status::ready) {
      std::fputs("the poller never does what is posted\n", stderr);
      std::abort();  // the poller refers to this stack: no exception may unwind it
    }
    done.get();
  }
  dataplane::Poller::Port* watch(const Pipe& pipe, dataplane::Poller::Drain drain) {
    on_thread([&] { ports.push_back(poller.watch(pipe.out.get(), drain)); });
    return ports.back().get();
  }
  void wake(dataplane::Poller::Port* port) {
    on_thread([port] { port->wake(); });
  }
  void destroy(dataplane::Poller::Port* port) {
    on_thread([&] { std::erase_if(ports, [&](const auto& one) { return one.get() == port; }); });
  }
  /// Asleep for so long that whatever was due before is over.
  void wait_for_sleep() const {
    wait_until("the poller sleeps", [&] { return poller.idle_for(std::chrono::milliseconds(10)); });
  }
};

/// What became of a pipe under watch.
struct Watched {
  Pipe pipe;
  std::atomic<std::size_t> moved{0}, calls{0};

  dataplane::Poller::Drain drain() {
    return [this]() -> Moved {
      ++calls;
      const std::size_t batch = pipe.read();
      moved += batch;
      return batch;
    };
  }
  void wait_for(std::size_t bytes) const {
    wait_until("all bytes are drained", [&] { return moved == bytes; });
  }
};

}  // namespace vxtap::test
