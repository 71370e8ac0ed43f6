#include "handover/inheritance.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "handover/descriptor_names.hpp"
#include "some_state.hpp"
#include "support/catch.hpp"

using namespace vxtap;
using namespace vxtap::handover;

namespace {

const io::LocalVtep kFirst{VtepAddress::from_v4({192, 0, 2, 1}), 4789, "", 0};
const io::LocalVtep kOnDevice{*VtepAddress::parse("fe80::1"), 4789, "eth0", 2};
const VtepAddress kGroup = *VtepAddress::parse("ff05::1");

service::KeptDescriptor some_descriptor(std::string name) {
  return {std::move(name), io::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC))};
}

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) != -1;
}

}  // namespace

TEST_CASE("descriptor names: say what it is, and contain no colon") {
  CHECK(name_of_tap("vx42") == "tuntap-vx42");
  CHECK(name_of_receivers(kFirst) == "udp-192.0.2.1-4789");
  CHECK(name_of_receivers(kOnDevice) == "udp-fe80__1-4789-eth0%2");
  CHECK(name_of_group(kOnDevice, kGroup) == "udp-fe80__1-4789-eth0%2-group-ff05__1");
  CHECK(names_socket_of(name_of_group(kOnDevice, kGroup), kOnDevice));
  CHECK_FALSE(names_socket_of(name_of_receivers(kOnDevice), kFirst));
  const io::LocalVtep first_on_device{kFirst.address, kFirst.port, "eth0", 2};
  CHECK_FALSE(names_socket_of(name_of_receivers(first_on_device), kFirst));
  CHECK_FALSE(names_socket(name_of_tap("udp-0")));
}

TEST_CASE("inheritance: an empty one has nothing") {
  Inheritance none;
  CHECK(none.endpoints().empty());
  CHECK_FALSE(none.endpoint(kFirst));
  CHECK(none.segment({0, *Vni::from(1)}) == nullptr);
  CHECK(none.take_receivers(kFirst).empty());
  CHECK_FALSE(none.take_group(kFirst, kGroup));
  CHECK(none.take_tap("vx42").queues.empty());
  none.release_endpoints_except({});
}

TEST_CASE("inheritance: gives each thing once, by what it is for") {
  std::vector<service::KeptDescriptor> kept;
  for (const char* name : {"tuntap-vx42", "tuntap-vx42", "udp-192.0.2.1-4789", "udp-192.0.2.1-4789"})
    kept.push_back(some_descriptor(name));
  kept.push_back(some_descriptor(name_of_group(kOnDevice, kGroup)));
  Inheritance left(test::some_state(), std::move(kept));

  CHECK(left.endpoint(kFirst) == EndpointId{4});
  CHECK(left.endpoints() == std::vector<EndpointId>{3, 4});
  CHECK(left.segment({3, *Vni::from(42)})->learned == 11);
  CHECK(left.segment({4, *Vni::from(42)}) == nullptr);

  auto tap = left.take_tap("vx42");
  CHECK(tap.queues.size() == 2);
  CHECK(tap.traces.created);
  CHECK(tap.traces.enslaved_to == 12);
  CHECK(left.take_tap("vx42").queues.empty());
  CHECK(left.take_tap("vx43").queues.empty());
  CHECK(left.take_receivers(kFirst).size() == 2);
  CHECK(left.take_receivers(kFirst).empty());
  CHECK(left.take_group(kOnDevice, kGroup));
  CHECK_FALSE(left.take_group(kOnDevice, kGroup));
}

TEST_CASE("inheritance: closes what is not taken") {
  auto kept = some_descriptor("tuntap-gone");
  const int fd = kept.fd.get();
  {
    std::vector<service::KeptDescriptor> all;
    all.push_back(std::move(kept));
    const Inheritance left({}, std::move(all));
    CHECK(is_open(fd));
  }
  CHECK_FALSE(is_open(fd));
}

TEST_CASE("inheritance: sockets of VTEPs that nobody wants are closed at once, also of unknown ones") {
  std::vector<service::KeptDescriptor> all;
  for (const auto& vtep : {kFirst, kOnDevice}) all.push_back(some_descriptor(name_of_receivers(vtep)));
  all.push_back(some_descriptor(name_of_group(kOnDevice, kGroup)));
  all.push_back(some_descriptor("udp-198.51.100.1-4789"));
  all.push_back(some_descriptor("tuntap-vx42"));
  std::vector<int> fds;
  fds.reserve(all.size());
  for (const auto& one : all) fds.push_back(one.fd.get());
  Inheritance left(test::some_state(), std::move(all));
  left.release_endpoints_except({kOnDevice});
  CHECK_FALSE(is_open(fds[0]));
  CHECK(is_open(fds[1]));
  CHECK(is_open(fds[2]));
  CHECK_FALSE(is_open(fds[3]));
  CHECK(is_open(fds[4]));
}
