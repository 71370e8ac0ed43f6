// Workers that lend each other their sockets, on real ones: a socket pair stands for a TAP's queue.
#include "lending_rig.hpp"

using namespace vxtap;
using namespace vxtap::test;
using dataplane::WorkerChange;

TEST_CASE_METHOD(TwoWorkers, "lending: who is not saturated lends nothing") {
  for (int i = 0; i < 20; ++i) {
    converse(1);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(first().loans() == 0);
}

TEST_CASE_METHOD(TwoWorkers, "lending: over loans that come and go nothing is lost, doubled or passed") {
  {
    const Flood flood(hosts[0]);
    const auto began = std::chrono::steady_clock::now();
    while (first().loans() < 4) {
      if (std::chrono::steady_clock::now() - began > kPatience)
        FAIL("only " << first().loans() << " loans: this machine does not get the worker saturated");
      converse(100);
    }
  }
  converse(500);  // the last loan ends below these
  CHECK(totals().drops[static_cast<std::size_t>(DropReason::kTapFull)] == 0);
  CHECK(first().socket_overflows() == 0);
  // The flow stayed on its queue, whoever wrote to it.
  CHECK(hosts[1].receive() == std::nullopt);
  CHECK(hosts[0].receive() == std::nullopt);
}

TEST_CASE_METHOD(TwoWorkers, "lending: what is lent is received while its owner is in the midst of a batch") {
  const Flood flood(hosts[0]);
  for (int round = 0; round < 3; ++round) {
    wait_for_loan();
    gate.close();
    wait_until("the owner is held", [&] { return gate.holds_one(); });
    converse(1);
    CHECK(gate.holds_one());
    gate.open();
    apply({});
  }
}

TEST_CASE_METHOD(TwoWorkers, "lending: a new table during a loan is in force when apply() returns") {
  const Flood flood(hosts[0]);
  for (const std::uint32_t number : {200U, 100U, 300U, 301U}) {
    wait_for_loan();
    WorkerChange change;
    change.table = table(number);
    apply(std::move(change));
    vni_told = number;
    converse(50);
  }
  CHECK(totals().drops[static_cast<std::size_t>(DropReason::kTapDown)] == 0);
}

TEST_CASE_METHOD(TwoWorkers, "lending: a receiver replaced during a loan is closed when apply() returns") {
  const Flood flood(hosts[0]);
  for (dataplane::ReceiverId id = 1; id <= 4; ++id) {
    wait_for_loan();
    WorkerChange change;
    io::UniqueFd socket = open_socket(kOurs);
    const std::uint16_t old_port = port_told;
    port_told = port_of(socket);
    change.add_receivers.push_back({.id = id, .endpoint = {0, kOurs}, .socket = std::move(socket)});
    change.underlays = {{0, settings()}};
    change.remove_receivers = {id - 1};
    apply(std::move(change));
    CHECK_NOTHROW(io::require_free({kOurs, old_port, {}, 0}));
    converse(50);
  }
}

TEST_CASE_METHOD(TwoWorkers, "lending: a TAP removed during a loan gets nothing more") {
  const Flood flood(hosts[0]);
  wait_for_loan();
  WorkerChange change;
  change.remove_taps = {0};
  apply(std::move(change));
  while (hosts[0].receive()) {
  }
  const auto down = [&] { return totals().drops[static_cast<std::size_t>(DropReason::kTapDown)]; };
  REQUIRE(down() == 0);
  for (std::uint64_t number = 0; number < 20; ++number) REQUIRE(tell(number));
  wait_until("all are counted as dropped", [&] { return down() == 20; });
}

TEST_CASE_METHOD(TwoWorkers, "lending: changes that follow one another at once are made in their order") {
  const Flood flood(hosts[0]);
  for (int round = 0; round < 5; ++round) {
    wait_for_loan();
    std::vector<std::future<void>> done;
    for (const std::uint32_t number : {200U, 300U, 400U, 100U}) {
      WorkerChange change;
      change.table = table(number);
      done.push_back(first().apply(std::move(change)));
    }
    for (auto& one : done) one.get();
    converse(20);
  }
}

TEST_CASE_METHOD(TwoWorkers, "lending: workers that go during a loan go in peace") {
  const bool with_datagrams = GENERATE(false, true);
  const Flood flood(hosts[0]);
  wait_for_loan();
  const std::jthread teller([&](const std::stop_token& stopped) {
    for (std::uint64_t number = 0; with_datagrams && !stopped.stop_requested(); ++number) tell(number);
  });
  if (with_datagrams) wait_until("they arrive", [&] { return totals().rx_packets > 100; });
  group.reset();
}
