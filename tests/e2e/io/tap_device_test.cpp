#include <memory>
#include <stdexcept>

#include "io/system_error.hpp"
#include "own_namespace.hpp"
#include "support/catch.hpp"
#include "tap_frames.hpp"

using namespace vxtap;
using Catch::Matchers::ContainsSubstring;
using io::Netlink;
using io::TapDevice;
using test::OwnNamespace;
using test::plain_tap;
using test::run;

TEST_CASE("tap device: creates a multi-queue TAP that goes with its last descriptor") {
  const OwnNamespace ns;
  {
    TapDevice device = TapDevice::open(plain_tap("vx1", 3));
    CHECK(device.traces().created);
    CHECK(device.name() == "vx1");
    CHECK(device.queue_count() == 3);
    const auto link = Netlink().link("vx1");
    REQUIRE(link);
    CHECK(link->index == device.index());
    CHECK(link->kind == "tun");
    CHECK(link->tun->tap);
    CHECK(link->tun->queues == 3);
    CHECK(link->tx_queue_length >= 1000);
    CHECK_THAT(test::output_of("ip -d link show vx1"),
               ContainsSubstring("tun type tap pi off vnet_hdr on multi_queue numqueues 3"));
  }
  CHECK_FALSE(Netlink().link("vx1"));
}

TEST_CASE("tap device: queues are handed out once, and a duplicate keeps the interface") {
  const OwnNamespace ns;
  io::UniqueFd kept;
  {
    TapDevice device = TapDevice::open(plain_tap("vx1", 2));
    CHECK(device.take_queue(0));
    CHECK_THROWS_AS(device.take_queue(0), std::logic_error);
    CHECK_THROWS_AS(device.take_queue(2), std::out_of_range);
    kept = device.duplicate_queue(0);
    CHECK(device.take_queue(1));
  }
  CHECK(Netlink().link("vx1"));
  kept = io::UniqueFd();
  CHECK_FALSE(Netlink().link("vx1"));
}

TEST_CASE("tap device: persists and is owned as asked") {
  const OwnNamespace ns;
  {
    auto settings = plain_tap("vx1", 2);
    settings.persist = true;
    settings.owner = 4242;
    TapDevice::open(settings);
  }
  CHECK_THAT(test::output_of("ip -d link show vx1"),
             ContainsSubstring("persist on") && ContainsSubstring("user 4242"));
}

TEST_CASE("tap device: attaches to one made beforehand, which stays afterwards") {
  const OwnNamespace ns;
  struct Row {
    const char* flags;
    unsigned queues;
  };
  for (const Row& row : {Row{"multi_queue", 3}, Row{"", 1}}) {
    INFO("flags: " << row.flags);
    run(std::string("ip tuntap add vx1 mode tap ") + row.flags);
    const int index = Netlink().link("vx1")->index;
    {
      const TapDevice device = TapDevice::open(plain_tap("vx1", 3));
      CHECK_FALSE(device.traces().created);
      CHECK(device.index() == index);
      CHECK(device.queue_count() == row.queues);
    }
    REQUIRE(Netlink().link("vx1"));
    run("ip link del vx1");
  }
}

TEST_CASE("tap device: one that another holds open is refused") {
  const OwnNamespace ns;
  SECTION("multi-queue, which the kernel would share") {
    const TapDevice holder = TapDevice::open(plain_tap("vx1", 2));
    CHECK_THROWS_WITH(TapDevice::open(plain_tap("vx1", 2)),
                      ContainsSubstring("TAP vx1: device or resource busy; another process has it open"));
  }
  SECTION("single-queue") {
    run("ip tuntap add vx1 mode tap");
    const TapDevice holder = TapDevice::open(plain_tap("vx1"));
    CHECK_THROWS_WITH(TapDevice::open(plain_tap("vx1")), ContainsSubstring("another process has it open"));
  }
}

TEST_CASE("tap device: a name that belongs to something else is refused") {
  const OwnNamespace ns;
  run("ip link add br0 type bridge && ip tuntap add tun0 mode tun");
  CHECK_THROWS_WITH(TapDevice::open(plain_tap("br0")),
                    ContainsSubstring("TAP br0: file exists") && ContainsSubstring("kind bridge"));
  CHECK_THROWS_WITH(TapDevice::open(plain_tap("tun0")), ContainsSubstring("kind tun"));
  CHECK_THROWS_WITH(TapDevice::open(plain_tap("a-name-too-long-for-linux")),
                    ContainsSubstring("1 to 15 characters"));
}

TEST_CASE("tap device: takes over queues of an earlier process") {
  const OwnNamespace ns;
  auto earlier = std::make_unique<TapDevice>(TapDevice::open(plain_tap("vx1", 2)));
  const int index = earlier->index();
  std::vector<io::UniqueFd> queues;
  queues.push_back(earlier->take_queue(0));
  queues.push_back(earlier->take_queue(1));
  earlier.reset();

  SECTION("of that name") {
    const TapDevice device = TapDevice::adopt(plain_tap("vx1", 2), std::move(queues), {});
    CHECK_FALSE(device.traces().created);
    CHECK(device.index() == index);
    CHECK(device.queue_count() == 2);
  }
  SECTION("that somebody renamed") {
    run("ip link set vx1 name ren0");
    // NOLINTNEXTLINE(bugprone-use-after-move): each section runs by itself
    TapDevice device = TapDevice::adopt(plain_tap("vx1", 3), std::move(queues), {});
    CHECK(device.index() == index);
    CHECK(device.queue_count() == 3);
    CHECK(device.name() == "ren0");
    run("ip link set ren0 name ren1");
    device.configure(plain_tap("vx1", 3));
    CHECK(device.name() == "ren1");
  }
  SECTION("of different interfaces") {
    auto other = TapDevice::open(plain_tap("vx2"));
    // NOLINTNEXTLINE(bugprone-use-after-move): each section runs by itself
    queues.push_back(other.take_queue(0));
    CHECK_THROWS_WITH(TapDevice::adopt(plain_tap("vx1", 2), std::move(queues), {}),
                      ContainsSubstring("vx1 and vx2"));
  }
  SECTION("of an interface that was deleted") {
    run("ip link del vx1");
    // NOLINTNEXTLINE(bugprone-use-after-move): each section runs by itself
    CHECK_THROWS_AS(TapDevice::adopt(plain_tap("vx1", 2), std::move(queues), {}), io::SystemError);
  }
}

TEST_CASE("tap device: persistent is taken back by who made it so, and by nobody else") {
  const OwnNamespace ns;
  auto persistent = plain_tap("vx1"), plain = persistent;
  persistent.persist = true;
  SECTION("made by us") {
    auto device = std::make_unique<TapDevice>(TapDevice::open(persistent));
    CHECK(device->traces().made_persistent);
    auto again = std::make_unique<TapDevice>(TapDevice::reopen(plain, *device));
    CHECK(again->traces().created);
    device.reset();
    again.reset();
    CHECK_FALSE(Netlink().link("vx1"));
  }
  SECTION("made by somebody else") {
    run("ip tuntap add vx1 mode tap multi_queue");
    auto device = std::make_unique<TapDevice>(TapDevice::open(persistent));
    CHECK_FALSE(device->traces().made_persistent);
    auto again = std::make_unique<TapDevice>(TapDevice::reopen(plain, *device));
    device.reset();
    again.reset();
    CHECK(Netlink().link("vx1"));
  }
}
